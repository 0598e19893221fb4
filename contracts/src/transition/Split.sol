// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Limits} from "./Limits.sol";
import {Words} from "./Words.sol";
import {Contribution} from "./state/Contribution.sol";

/// @title How money divides
/// @notice Integers only, every part rounded by rule, all parts together exactly the whole. As `protocol/split.ts`.
library Split {
    /// @notice Divides a fee (Gwei, below 2^32) in sequence: protocol, then model, the rest for the contributors.
    function splitFee(uint256 fee, uint256 protocolBps, uint256 ownerBps)
        internal
        pure
        returns (uint256 protocol, uint256 model, uint256 pool)
    {
        unchecked {
            protocol = (fee * protocolBps) / Limits.BPS;
            model = ((fee - protocol) * ownerBps) / Limits.BPS;
            pool = fee - protocol - model;
        }
    }

    /// @notice Divides `pool` by weight among the contributions of `count` shares at `place`, and credits them: each part rounded down,
    /// the dust to the largest weight, ties to the lowest index. A share is a word, `weight | contribution << 16 | record << 64`.
    function splitPool(uint256 pool, uint256 place, uint256 count) internal pure {
        unchecked {
            uint256 last = place + count * 32;
            (uint256 total, uint256 largest) = weights(place, last);
            uint256 rest = pool;
            for (; place < last; place += 32) {
                uint256 share;
                assembly ("memory-safe") {
                    share := mload(place)
                }
                uint256 part = (pool * (share & 0xffff)) / total;
                rest -= part;
                credit(share >> 64, part);
            }
            credit(largest >> 64, rest);
        }
    }

    /// @notice The sum of the weights, and the share with the largest, the first of equals.
    function weights(uint256 place, uint256 last) private pure returns (uint256 total, uint256 largest) {
        assembly ("memory-safe") {
            for {} lt(place, last) { place := add(place, 0x20) } {
                let share := mload(place)
                let weight := and(share, 0xffff)
                total := add(total, weight)
                if gt(weight, and(largest, 0xffff)) { largest := share }
            }
        }
    }

    function credit(uint256 contribution, uint256 amount) private pure {
        if (amount != 0) Words.addTwice(contribution, Contribution.EARNED, Contribution.LIFETIME, amount);
    }

    /// @notice `amount x bps / 10^4` rounded up: upstream parts cannot be shaved by claiming often.
    function upstreamPart(uint256 amount, uint256 bps) internal pure returns (uint256) {
        unchecked {
            return (amount * bps + Limits.BPS - 1) / Limits.BPS;
        }
    }
}
