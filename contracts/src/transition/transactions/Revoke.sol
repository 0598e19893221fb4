// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Contribution} from "../state/Contribution.sol";
import {Context, State} from "../state/State.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title Revoke: a contributor withdraws consent; it binds an hour later. What was earned stays earned
/// @notice As `protocol/transactions/revoke.ts`.
library Revoke {
    bytes32 private constant TYPE_HASH =
        keccak256("Revoke(uint64 account,uint64 nonce,uint64 contribution,bytes32 contentRoot)");
    uint256 private constant CONTRIBUTION = 3;
    uint256 private constant CONTENT_ROOT = 4;
    uint256 private constant WORDS = 5;

    function decode(uint256 cursor) internal pure returns (uint256 body, uint256 next) {
        body = Body.create(TYPE_HASH, WORDS);
        uint256 contribution;
        (contribution, next) = Bytes.varint(cursor, Limits.MAX_INDEX);
        Body.set(body, CONTRIBUTION, contribution);
    }

    function bound() internal pure returns (uint256) {
        return Bounds.NAMED_ACCOUNT + Bounds.NAMED_CONTRIBUTION;
    }

    function hashStruct(State memory state, uint256 body) internal pure returns (bytes32) {
        Body.setBytes32(body, CONTENT_ROOT, Tables.identity(state.contributions, Body.get(body, CONTRIBUTION)));
        return Eip712.hashWords(body, WORDS);
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        unchecked {
            State memory state = context.state;
            uint256 contribution = Tables.find(state.contributions, Body.get(body, CONTRIBUTION));
            if (contribution == 0) return Verdicts.UNKNOWN_CONTRIBUTION;
            if (Words.get(contribution, Contribution.CONTRIBUTOR_REF) != context.account + 1) {
                return Verdicts.NOT_OWNER;
            }
            if (Words.raw(contribution, Contribution.REVOKED_AT) != 0) return Verdicts.ALREADY_REVOKED;
            if (Contribution.isClosed(contribution, state.timestamp)) return Verdicts.CONTRIBUTION_CLOSED;
            Words.set(contribution, Contribution.REVOKED_AT, state.timestamp + Limits.CLOSING_DELAY_SECONDS);
            return Verdicts.OK;
        }
    }
}
