// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Contribution} from "../state/Contribution.sol";
import {Datanet} from "../state/Datanet.sol";
import {Context, State} from "../state/State.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title Accept: the owner of a curated datanet takes pending work in, many pieces at once
/// @notice Reject has the same form and another outcome, so the functions named after decisions serve both. As
/// `protocol/transactions/accept.ts`.
library Accept {
    bytes32 private constant TYPE_HASH = keccak256(
        "Accept(uint64 account,uint64 nonce,uint64 datanet,bytes32 metadataHash,uint64[] contributions,bytes32[] contentRoots)"
    );
    uint256 private constant DATANET = 3;
    uint256 private constant METADATA_HASH = 4;
    uint256 private constant CONTRIBUTIONS_HASH = 5;
    uint256 private constant CONTENT_ROOTS_HASH = 6;
    uint256 private constant WORDS = 7;
    // behind the struct
    uint256 private constant COUNT = 7;
    uint256 private constant CONTRIBUTIONS = 8; // a word each: index, then `index | record << 64` once it was found

    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 body, uint256 next) {
        return decodeDecision(cursor, end, TYPE_HASH);
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        return applyDecision(context, body, Contribution.ACCEPTED);
    }

    function decodeDecision(uint256 cursor, uint256 end, bytes32 typeHash)
        internal
        pure
        returns (uint256 body, uint256 next)
    {
        body = Body.create(typeHash, CONTRIBUTIONS);
        uint256 value;
        (value, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
        Body.set(body, DATANET, value);
        (value, cursor) = Bytes.varint(cursor, Limits.MAX_ITEMS);
        if (cursor > end) return (body, Bytes.MALFORMED);
        Body.set(body, COUNT, value);
        next = Bytes.increasing(cursor, end, value, Body.allocate(value));
    }

    function decisionBound(uint256 body) internal pure returns (uint256) {
        unchecked {
            return Bounds.NAMED_ACCOUNT + Bounds.NAMED_DATANET + Body.get(body, COUNT) * Bounds.NAMED_CONTRIBUTION;
        }
    }

    function hashDecision(State memory state, uint256 body) internal pure returns (bytes32) {
        unchecked {
            Body.setBytes32(body, METADATA_HASH, Tables.identity(state.datanets, Body.get(body, DATANET)));
            uint256 count = Body.get(body, COUNT);
            uint256 contributions = body + CONTRIBUTIONS * 32;
            Body.setBytes32(body, CONTRIBUTIONS_HASH, Eip712.hashWords(contributions, count));
            uint256 contentRoots = Body.allocate(count);
            for (uint256 i = 0; i < count; i++) {
                uint256 index = Body.get(contributions, i);
                uint256 contribution = Tables.find(state.contributions, index);
                Body.setBytes32(contentRoots, i, contribution == 0 ? bytes32(0) : Words.chunk(contribution, 0));
                Body.set(contributions, i, index | (contribution << 64));
            }
            Body.setBytes32(body, CONTENT_ROOTS_HASH, Eip712.hashWords(contentRoots, count));
            return Eip712.hashWords(body, WORDS);
        }
    }

    function applyDecision(Context memory context, uint256 body, uint256 status) internal pure returns (uint256) {
        unchecked {
            State memory state = context.state;
            uint256 datanet = Tables.find(state.datanets, Body.get(body, DATANET));
            if (datanet == 0) return Verdicts.UNKNOWN_DATANET;
            if (Datanet.owner(datanet) != context.account) return Verdicts.NOT_OWNER;
            uint256 datanetRef = Body.get(body, DATANET) + 1;
            uint256 place = body + CONTRIBUTIONS * 32;
            uint256 last = place + Body.get(body, COUNT) * 32;
            for (; place < last; place += 32) {
                uint256 word = Body.get(place, 0);
                uint256 contribution = word >> 64;
                if (contribution == 0) contribution = Tables.find(state.contributions, word);
                if (contribution == 0) return Verdicts.UNKNOWN_CONTRIBUTION;
                if (Words.get(contribution, Contribution.DATANET_REF) != datanetRef) return Verdicts.WRONG_DATANET;
                if (Contribution.status(contribution) != Contribution.PENDING) return Verdicts.NOT_PENDING;
                Body.set(place, 0, contribution << 64);
            }
            for (place = body + CONTRIBUTIONS * 32; place < last; place += 32) {
                Contribution.setStatus(Body.get(place, 0) >> 64, status);
            }
            return Verdicts.OK;
        }
    }
}
