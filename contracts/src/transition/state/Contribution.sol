// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Limits} from "../Limits.sol";
import {Words} from "../Words.sol";

/// @title Contributions
/// @notice As `protocol/state/contribution.ts`. Terms are one word: `kind | status << 8 | purposes << 16 | lineageBps << 24 |
/// curatorBps << 38`, 14 bits for each of the last two.
library Contribution {
    uint256 internal constant DATANET_REF = 4;
    uint256 internal constant CONTRIBUTOR_REF = 5;
    uint256 internal constant PARENT_REF = 6;
    uint256 internal constant TERMS = 7;
    uint256 internal constant EXPIRES_AT = 8;
    uint256 internal constant BOND = 9;
    uint256 internal constant EARNED = 10;
    uint256 internal constant INHERITED = 11;
    uint256 internal constant REVOKED_AT = 12;
    uint256 internal constant LIFETIME = 13;

    uint256 internal constant KINDS = 4;
    uint256 internal constant PENDING = 0;
    uint256 internal constant ACCEPTED = 1;
    uint256 internal constant REJECTED = 2;

    function packTerms(uint256 kind, uint256 status_, uint256 purposes, uint256 lineageBps_, uint256 curatorBps_)
        internal
        pure
        returns (uint256)
    {
        return kind | (status_ << 8) | (purposes << 16) | (lineageBps_ << 24) | (curatorBps_ << 38);
    }

    function lineageBps(uint256 terms) internal pure returns (uint256) {
        return (terms >> 24) & 0x3fff;
    }

    function curatorBps(uint256 terms) internal pure returns (uint256) {
        return (terms >> 38) & 0x3fff;
    }

    function status(uint256 contribution) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(1, mload(add(contribution, 56)))
        }
    }

    function setStatus(uint256 contribution, uint256 status_) internal pure {
        // Only the 52 bits that have a meaning stay.
        uint256 terms = Words.get(contribution, TERMS) & 0x000fffffffff00ff;
        Words.set(contribution, TERMS, terms | (status_ << 8));
    }

    /// @notice Whether it takes no more credit at `timestamp`: rejected, or an hour past its revocation or expiry.
    function isClosed(uint256 contribution, uint256 timestamp) internal pure returns (bool) {
        unchecked {
            if (status(contribution) == REJECTED) return true;
            uint256 revokedAt = Words.raw(contribution, REVOKED_AT);
            if (revokedAt != 0 && timestamp >= Words.swap(revokedAt)) return true;
            uint256 expiresAt = Words.raw(contribution, EXPIRES_AT);
            return expiresAt != 0 && timestamp >= Words.swap(expiresAt) + Limits.CLOSING_DELAY_SECONDS;
        }
    }
}
