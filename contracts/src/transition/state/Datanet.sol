// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Limits} from "../Limits.sol";
import {Words} from "../Words.sol";

/// @title Datanets
/// @notice As `protocol/state/datanet.ts`. A policy is one word: `curated (bit 0) | closed (bit 1) | purposes << 8 | lineageBps << 16 |
/// curatorBps << 32`.
library Datanet {
    uint256 internal constant OWNER_REF = 4;
    uint256 internal constant POLICY = 5;
    uint256 internal constant BOND = 6;
    uint256 internal constant EARNED = 7;
    uint256 internal constant LIFETIME = 8;
    uint256 internal constant ALL_PURPOSES = 3;

    function policy(uint256 datanet) internal pure returns (uint256) {
        return Words.get(datanet, POLICY);
    }

    function curated(uint256 policy_) internal pure returns (bool) {
        return policy_ & 1 != 0;
    }

    function closed(uint256 policy_) internal pure returns (bool) {
        return policy_ & 2 != 0;
    }

    function purposes(uint256 policy_) internal pure returns (uint256) {
        return (policy_ >> 8) & 0xff;
    }

    function lineageBps(uint256 policy_) internal pure returns (uint256) {
        return (policy_ >> 16) & 0xffff;
    }

    function curatorBps(uint256 policy_) internal pure returns (uint256) {
        return (policy_ >> 32) & 0xffff;
    }

    function validPolicy(uint256 purposes_, uint256 lineageBps_, uint256 curatorBps_) internal pure returns (bool) {
        return purposes_ <= ALL_PURPOSES && lineageBps_ + curatorBps_ <= Limits.BPS;
    }

    /// @notice Index of the account that owns the datanet; past every index in a state without one.
    function owner(uint256 datanet) internal pure returns (uint256) {
        unchecked {
            return Words.get(datanet, OWNER_REF) - 1;
        }
    }
}
