// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Model} from "../state/Model.sol";
import {Context, State} from "../state/State.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title UpdateModel: new shares for fees and for children registered from now on; retiring is final
/// @notice As `protocol/transactions/updateModel.ts`.
library UpdateModel {
    bytes32 private constant TYPE_HASH = keccak256(
        "UpdateModel(uint64 account,uint64 nonce,uint64 model,bytes32 artifactRoot,uint16 ownerBps,uint16 royaltyBps,bool retired)"
    );
    uint256 private constant MODEL = 3;
    uint256 private constant ARTIFACT_ROOT = 4;
    uint256 private constant OWNER_BPS = 5;
    uint256 private constant ROYALTY_BPS = 6;
    uint256 private constant RETIRED = 7;
    uint256 private constant WORDS = 8;

    function decode(uint256 cursor) internal pure returns (uint256 body, uint256 next) {
        body = Body.create(TYPE_HASH, WORDS);
        uint256 value;
        (value, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
        Body.set(body, MODEL, value);
        uint256 flags;
        (flags, cursor) = Bytes.uint8At(cursor);
        Body.set(body, RETIRED, flags);
        (value, cursor) = Bytes.uint16At(cursor);
        Body.set(body, OWNER_BPS, value);
        (value, next) = Bytes.uint16At(cursor);
        Body.set(body, ROYALTY_BPS, value);
        if (flags > 1) next = Bytes.MALFORMED;
    }

    function bound() internal pure returns (uint256) {
        return Bounds.NAMED_ACCOUNT + Bounds.NAMED_MODEL;
    }

    function hashStruct(State memory state, uint256 body) internal pure returns (bytes32) {
        Body.setBytes32(body, ARTIFACT_ROOT, Tables.identity(state.models, Body.get(body, MODEL)));
        return Eip712.hashWords(body, WORDS);
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        uint256 model = Tables.find(context.state.models, Body.get(body, MODEL));
        if (model == 0) return Verdicts.UNKNOWN_MODEL;
        if (Model.owner(model) != context.account) return Verdicts.NOT_OWNER;
        uint256 terms = Model.terms(model);
        if (Model.retired(terms)) return Verdicts.MODEL_RETIRED;
        (uint256 ownerBps, uint256 royaltyBps) = (Body.get(body, OWNER_BPS), Body.get(body, ROYALTY_BPS));
        if (ownerBps > Limits.BPS || royaltyBps > Limits.BPS) return Verdicts.INVALID_TERMS;
        Words.set(model, Model.TERMS, Model.updateTerms(terms, ownerBps, royaltyBps, Body.get(body, RETIRED)));
        return Verdicts.OK;
    }
}
