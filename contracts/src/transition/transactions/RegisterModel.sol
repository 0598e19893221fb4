// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Account} from "../state/Account.sol";
import {Model} from "../state/Model.sol";
import {Context, State} from "../state/State.sol";
import {System} from "../state/System.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title RegisterModel: a model, what it descends from, what it was trained on, and what it takes of each fee; locks a bond
/// @notice As `protocol/transactions/registerModel.ts`.
library RegisterModel {
    bytes32 private constant TYPE_HASH = keccak256(
        "RegisterModel(uint64 account,uint64 nonce,bytes32 artifactRoot,uint64 parent,bytes32 parentArtifactRoot,uint16 parentRoyaltyBps,uint8 relation,uint64[] datanets,bytes32[] metadataHashes,uint16 ownerBps,uint16 royaltyBps,bool live,uint64 trainedAt)"
    );
    uint256 private constant ARTIFACT_ROOT = 3;
    uint256 private constant PARENT = 4; // index + 1, 0 for none
    uint256 private constant PARENT_ARTIFACT_ROOT = 5;
    uint256 private constant PARENT_ROYALTY_BPS = 6;
    uint256 private constant RELATION = 7;
    uint256 private constant DATANETS_HASH = 8;
    uint256 private constant METADATA_HASHES_HASH = 9;
    uint256 private constant OWNER_BPS = 10;
    uint256 private constant ROYALTY_BPS = 11;
    uint256 private constant LIVE = 12;
    uint256 private constant TRAINED_AT = 13;
    uint256 private constant WORDS = 14;
    // behind the struct
    uint256 private constant COUNT = 14; // of datanets
    uint256 private constant DATANETS = 15;

    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 body, uint256 next) {
        unchecked {
            body = Body.create(TYPE_HASH, DATANETS + Limits.MAX_MODEL_DATANETS);
            bytes32 artifactRoot;
            uint256 value;
            (artifactRoot, cursor) = Bytes.bytes32At(cursor);
            Body.setBytes32(body, ARTIFACT_ROOT, artifactRoot);
            (value, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
            Body.set(body, PARENT, value);
            (value, cursor) = Bytes.uint8At(cursor);
            Body.set(body, RELATION, value);
            (value, cursor) = Bytes.uint8At(cursor); // live bit 0, number of datanets above
            Body.set(body, LIVE, value & 1);
            uint256 count = value >> 1;
            if (count > Limits.MAX_MODEL_DATANETS) return (body, Bytes.MALFORMED);
            Body.set(body, COUNT, count);
            cursor = Bytes.increasing(cursor, end, count, body + DATANETS * 32);
            (value, cursor) = Bytes.uint16At(cursor);
            Body.set(body, OWNER_BPS, value);
            (value, cursor) = Bytes.uint16At(cursor);
            Body.set(body, ROYALTY_BPS, value);
            (value, next) = Bytes.varint(cursor, Limits.MAX_INDEX);
            Body.set(body, TRAINED_AT, value);
        }
    }

    function bound(uint256 body) internal pure returns (uint256) {
        unchecked {
            return Bounds.NAMED_ACCOUNT + Body.get(body, COUNT) * Bounds.NAMED_DATANET
                + (Body.get(body, PARENT) == 0 ? 0 : Bounds.NAMED_MODEL) + Bounds.APPENDED_MODEL;
        }
    }

    function hashStruct(State memory state, uint256 body) internal pure returns (bytes32) {
        unchecked {
            uint256 parentRef = Body.get(body, PARENT);
            if (parentRef != 0) {
                uint256 parent = Tables.find(state.models, parentRef - 1);
                if (parent != 0) {
                    Body.setBytes32(body, PARENT_ARTIFACT_ROOT, Words.chunk(parent, 0));
                    Body.set(body, PARENT_ROYALTY_BPS, Model.royaltyBps(Model.terms(parent)));
                }
            }
            uint256 count = Body.get(body, COUNT);
            uint256 datanets = body + DATANETS * 32;
            uint256 metadataHashes = Body.allocate(count);
            for (uint256 i = 0; i < count; i++) {
                Body.setBytes32(metadataHashes, i, Tables.identity(state.datanets, Body.get(datanets, i)));
            }
            Body.setBytes32(body, DATANETS_HASH, Eip712.hashWords(datanets, count));
            Body.setBytes32(body, METADATA_HASHES_HASH, Eip712.hashWords(metadataHashes, count));
            return Eip712.hashWords(body, WORDS);
        }
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        unchecked {
            State memory state = context.state;
            if (Body.get(body, OWNER_BPS) > Limits.BPS || Body.get(body, ROYALTY_BPS) > Limits.BPS) {
                return Verdicts.INVALID_TERMS;
            }
            uint256 relation = Body.get(body, RELATION);
            uint256 parentRef = Body.get(body, PARENT);
            if (relation >= Model.RELATIONS || (relation == 0) != (parentRef == 0)) return Verdicts.INVALID_KIND;
            if (parentRef != 0 && !Tables.has(state.models, parentRef - 1)) return Verdicts.UNKNOWN_PARENT;
            uint256 count = Body.get(body, COUNT);
            for (uint256 i = 0; i < count; i++) {
                if (!Tables.has(state.datanets, Body.get(body, DATANETS + i))) return Verdicts.UNKNOWN_DATANET;
            }
            if (Body.get(body, TRAINED_AT) > state.contributions.length) return Verdicts.TRAINED_AT_IN_FUTURE;
            uint256 bond = Words.get(state.system, System.MODEL_BOND);
            if (Words.get(context.sender, Account.BALANCE) < bond) return Verdicts.INSUFFICIENT_BALANCE;
            if (state.models.length > Limits.MAX_INDEX) return Verdicts.TABLE_FULL;
            Words.subtract(context.sender, Account.BALANCE, bond);
            uint256 parentBps =
                parentRef == 0 ? 0 : Model.royaltyBps(Model.terms(Tables.find(state.models, parentRef - 1)));
            uint256 terms = Model.packTerms(
                Body.get(body, LIVE), relation, Body.get(body, OWNER_BPS), Body.get(body, ROYALTY_BPS), parentBps
            );
            append(context, body, terms, bond);
            return Verdicts.OK;
        }
    }

    function append(Context memory context, uint256 body, uint256 terms, uint256 bond) private pure {
        unchecked {
            uint256 model = Tables.append(context.state.models);
            Words.setChunk(model, 0, bytes32(Body.get(body, ARTIFACT_ROOT)));
            Words.setChunk(
                model, 1, Words.chunkOf(context.account + 1, Body.get(body, PARENT), terms, Body.get(body, TRAINED_AT))
            );
            uint256 count = Body.get(body, COUNT);
            for (uint256 i = 0; i < count; i++) {
                Words.set(model, Model.DATANET_REFS + i, Body.get(body, DATANETS + i) + 1);
            }
            Words.set(model, Model.BOND, bond);
        }
    }
}
