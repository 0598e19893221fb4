// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Words} from "../Words.sol";

/// @title Models
/// @notice As `protocol/state/model.ts`. Terms are one word: `live | retired << 1 | relation << 4 | ownerBps << 8 | royaltyBps << 22 |
/// parentBps << 36`, 14 bits for each share.
library Model {
    uint256 internal constant OWNER_REF = 4;
    uint256 internal constant PARENT_REF = 5;
    uint256 internal constant TERMS = 6;
    uint256 internal constant TRAINED_AT = 7;
    uint256 internal constant DATANET_REFS = 8;
    uint256 internal constant BOND = 12;
    uint256 internal constant EARNED = 13;
    uint256 internal constant LIFETIME = 14;

    uint256 internal constant RELATIONS = 7;

    function packTerms(uint256 live_, uint256 relation, uint256 ownerBps_, uint256 royaltyBps_, uint256 parentBps_)
        internal
        pure
        returns (uint256)
    {
        return live_ | (relation << 4) | (ownerBps_ << 8) | (royaltyBps_ << 22) | (parentBps_ << 36);
    }

    function terms(uint256 model) internal pure returns (uint256) {
        return Words.get(model, TERMS);
    }

    function live(uint256 terms_) internal pure returns (bool) {
        return terms_ & 1 != 0;
    }

    function retired(uint256 terms_) internal pure returns (bool) {
        return terms_ & 2 != 0;
    }

    function ownerBps(uint256 terms_) internal pure returns (uint256) {
        return (terms_ >> 8) & 0x3fff;
    }

    function royaltyBps(uint256 terms_) internal pure returns (uint256) {
        return (terms_ >> 22) & 0x3fff;
    }

    function parentBps(uint256 terms_) internal pure returns (uint256) {
        return (terms_ >> 36) & 0x3fff;
    }

    /// @notice New terms; of the old ones, those bits stay that have a meaning and are not given.
    function updateTerms(uint256 terms_, uint256 ownerBps_, uint256 royaltyBps_, uint256 retired_)
        internal
        pure
        returns (uint256)
    {
        return (terms_ & 0x3fff0000000f1) | (retired_ << 1) | (ownerBps_ << 8) | (royaltyBps_ << 22);
    }

    /// @notice Index of the account that owns the model; past every index in a state without one.
    function owner(uint256 model) internal pure returns (uint256) {
        unchecked {
            return Words.get(model, OWNER_REF) - 1;
        }
    }
}
