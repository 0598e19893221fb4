// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Contribution} from "../state/Contribution.sol";
import {Context} from "../state/State.sol";
import {Accept} from "./Accept.sol";

/// @title Reject: the owner of a curated datanet turns pending work down; its bond comes back with a Claim
/// @notice As `protocol/transactions/reject.ts`.
library Reject {
    bytes32 private constant TYPE_HASH = keccak256(
        "Reject(uint64 account,uint64 nonce,uint64 datanet,bytes32 metadataHash,uint64[] contributions,bytes32[] contentRoots)"
    );

    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 body, uint256 next) {
        return Accept.decodeDecision(cursor, end, TYPE_HASH);
    }

    function apply_(Context memory context, uint256 body) internal pure returns (uint256) {
        return Accept.applyDecision(context, body, Contribution.REJECTED);
    }
}
