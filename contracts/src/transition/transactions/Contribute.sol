// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Account} from "../state/Account.sol";
import {Contribution} from "../state/Contribution.sol";
import {Datanet} from "../state/Datanet.sol";
import {Context, State} from "../state/State.sol";
import {System} from "../state/System.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title Contribute: adds work to a datanet, many pieces at once; each locks a bond and keeps the datanet's terms of today
/// @notice As `protocol/transactions/contribute.ts`.
library Contribute {
    bytes32 private constant TYPE_HASH = keccak256(
        "Contribute(uint64 account,uint64 nonce,uint64 datanet,bytes32 metadataHash,uint16 lineageBps,uint16 curatorBps,Item[] items)Item(bytes32 contentRoot,uint64 parent,bytes32 parentContentRoot,uint8 kind,uint8 purposes,uint64 expiresAt)"
    );
    bytes32 private constant ITEM_TYPE_HASH = keccak256(
        "Item(bytes32 contentRoot,uint64 parent,bytes32 parentContentRoot,uint8 kind,uint8 purposes,uint64 expiresAt)"
    );
    uint256 private constant DATANET = 3;
    uint256 private constant METADATA_HASH = 4;
    uint256 private constant LINEAGE_BPS = 5;
    uint256 private constant CURATOR_BPS = 6;
    uint256 private constant ITEMS_HASH = 7;
    uint256 private constant WORDS = 8;
    // behind the struct
    uint256 private constant COUNT = 8;
    uint256 private constant PARENTS = 9; // how many items name one
    uint256 private constant ITEMS = 10;

    // an item, laid out as its struct is encoded
    uint256 private constant CONTENT_ROOT = 1;
    uint256 private constant PARENT = 2; // index + 1, 0 for none
    uint256 private constant PARENT_CONTENT_ROOT = 3;
    uint256 private constant KIND = 4;
    uint256 private constant PURPOSES = 5;
    uint256 private constant EXPIRES_AT = 6;
    uint256 private constant ITEM_WORDS = 7;

    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 body, uint256 next) {
        unchecked {
            body = Body.create(TYPE_HASH, ITEMS);
            uint256 datanet;
            uint256 count;
            (datanet, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
            (count, cursor) = Bytes.varint(cursor, Limits.MAX_ITEMS);
            if (count == 0 || cursor > end) return (body, Bytes.MALFORMED);
            Body.set(body, DATANET, datanet);
            Body.set(body, COUNT, count);
            uint256 item = Body.allocate(count * ITEM_WORDS);
            uint256 parents;
            for (uint256 i = 0; i < count && cursor <= end; i++) {
                bytes32 contentRoot;
                uint256 value;
                (contentRoot, cursor) = Bytes.bytes32At(cursor);
                Body.setBytes32(item, 0, ITEM_TYPE_HASH);
                Body.setBytes32(item, CONTENT_ROOT, contentRoot);
                (value, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
                Body.set(item, PARENT, value);
                Body.set(item, PARENT_CONTENT_ROOT, 0);
                if (value != 0) parents++;
                (value, cursor) = Bytes.uint8At(cursor);
                Body.set(item, KIND, value);
                (value, cursor) = Bytes.uint8At(cursor);
                Body.set(item, PURPOSES, value);
                (value, cursor) = Bytes.varint(cursor, Limits.MAX_TIME);
                Body.set(item, EXPIRES_AT, value);
                item += ITEM_WORDS * 32;
            }
            Body.set(body, PARENTS, parents);
            return (body, cursor);
        }
    }

    function bound(uint256 body) internal pure returns (uint256) {
        unchecked {
            return Bounds.NAMED_ACCOUNT + Bounds.NAMED_DATANET + Body.get(body, PARENTS) * Bounds.NAMED_CONTRIBUTION
                + Body.get(body, COUNT) * Bounds.APPENDED_CONTRIBUTION;
        }
    }

    function hashStruct(State memory state, uint256 body) internal pure returns (bytes32) {
        unchecked {
            uint256 datanet = Tables.find(state.datanets, Body.get(body, DATANET));
            if (datanet != 0) {
                uint256 policy = Datanet.policy(datanet);
                Body.setBytes32(body, METADATA_HASH, Words.chunk(datanet, 0));
                Body.set(body, LINEAGE_BPS, Datanet.lineageBps(policy));
                Body.set(body, CURATOR_BPS, Datanet.curatorBps(policy));
            }
            uint256 count = Body.get(body, COUNT);
            uint256 item = body + ITEMS * 32;
            uint256 hashes = Body.allocate(count);
            for (uint256 i = 0; i < count; i++) {
                uint256 parent = Body.get(item, PARENT);
                if (parent != 0) {
                    Body.setBytes32(item, PARENT_CONTENT_ROOT, Tables.identity(state.contributions, parent - 1));
                }
                Body.setBytes32(hashes, i, Eip712.hashWords(item, ITEM_WORDS));
                item += ITEM_WORDS * 32;
            }
            Body.setBytes32(body, ITEMS_HASH, Eip712.hashWords(hashes, count));
            return Eip712.hashWords(body, WORDS);
        }
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        unchecked {
            State memory state = context.state;
            uint256 datanet = Tables.find(state.datanets, Body.get(body, DATANET));
            if (datanet == 0) return Verdicts.UNKNOWN_DATANET;
            uint256 policy = Datanet.policy(datanet);
            if (Datanet.closed(policy)) return Verdicts.DATANET_CLOSED;
            uint256 count = Body.get(body, COUNT);
            for (uint256 i = 0; i < count; i++) {
                uint256 verdict = checkItem(state, body, policy, body + (ITEMS + i * ITEM_WORDS) * 32);
                if (verdict != Verdicts.OK) return verdict;
            }
            uint256 bond = Words.get(state.system, System.CONTRIBUTION_BOND);
            if (Words.get(context.sender, Account.BALANCE) < bond * count) return Verdicts.INSUFFICIENT_BALANCE;
            if (state.contributions.length + count > Limits.MAX_INDEX + 1) return Verdicts.TABLE_FULL;
            Words.subtract(context.sender, Account.BALANCE, bond * count);
            bool pending = Datanet.curated(policy) && Datanet.owner(datanet) != context.account;
            policy = Contribution.packTerms(
                0,
                pending ? Contribution.PENDING : Contribution.ACCEPTED,
                0,
                Datanet.lineageBps(policy),
                Datanet.curatorBps(policy)
            );
            for (uint256 i = 0; i < count; i++) {
                appendItem(context, body, policy, body + (ITEMS + i * ITEM_WORDS) * 32);
            }
            return Verdicts.OK;
        }
    }

    function checkItem(State memory state, uint256 body, uint256 policy, uint256 item) private pure returns (uint256) {
        unchecked {
            if (Body.get(item, KIND) >= Contribution.KINDS) return Verdicts.INVALID_KIND;
            if (Body.get(item, PURPOSES) & ~Datanet.purposes(policy) != 0) return Verdicts.PURPOSE_NOT_ALLOWED;
            uint256 expiresAt = Body.get(item, EXPIRES_AT);
            if (expiresAt != 0 && expiresAt <= state.timestamp) return Verdicts.ALREADY_EXPIRED;
            uint256 parentRef = Body.get(item, PARENT);
            if (parentRef == 0) return Verdicts.OK;
            // A parent is an earlier record of the same datanet, so lineage has no cycle.
            uint256 parent = Tables.find(state.contributions, parentRef - 1);
            if (parent == 0) return Verdicts.UNKNOWN_PARENT;
            bool same = Words.get(parent, Contribution.DATANET_REF) == Body.get(body, DATANET) + 1;
            return same ? Verdicts.OK : Verdicts.WRONG_DATANET;
        }
    }

    /// @notice `terms` are all but the item's own.
    function appendItem(Context memory context, uint256 body, uint256 terms, uint256 item) private pure {
        unchecked {
            uint256 contribution = Tables.append(context.state.contributions);
            terms |= Contribution.packTerms(Body.get(item, KIND), 0, Body.get(item, PURPOSES), 0, 0);
            uint256 bond = Words.get(context.state.system, System.CONTRIBUTION_BOND);
            Words.setChunk(contribution, 0, bytes32(Body.get(item, CONTENT_ROOT)));
            Words.setChunk(
                contribution,
                1,
                Words.chunkOf(Body.get(body, DATANET) + 1, context.account + 1, Body.get(item, PARENT), terms)
            );
            Words.setChunk(contribution, 2, Words.chunkOf(Body.get(item, EXPIRES_AT), bond, 0, 0));
        }
    }
}
