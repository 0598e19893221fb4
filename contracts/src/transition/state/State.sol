// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Table} from "../tree/Table.sol";

/// @notice The part of the state that a block touches, in memory, and what the block writes besides.
/// @dev The order of the fields is used in assembly: the tables first, by their field in the container.
struct State {
    Table accounts;
    Table datanets;
    Table contributions;
    Table models;
    Table attributions;
    Table withdrawals;
    uint256 system; // the system record
    uint256 zeros; // roots of empty subtrees, 49 words
    uint256 timestamp; // the block's, seconds
    bytes verdicts; // so far; its room suffices for all that the block's bytes can give
}

/// @notice Where a transaction runs.
struct Context {
    State state;
    uint256 account; // index of the sender's account; it exists
    uint256 sender; // the same as a record
}

/// @title The state as a whole
library States {
    uint256 internal constant TABLES = 6;

    function table(State memory state, uint256 field) internal pure returns (Table memory result) {
        assembly ("memory-safe") {
            result := mload(add(state, shl(5, field)))
        }
    }

    function push(State memory state, uint256 verdict) internal pure {
        bytes memory verdicts = state.verdicts;
        assembly ("memory-safe") {
            let length := mload(verdicts)
            mstore8(add(add(verdicts, 0x20), length), verdict)
            mstore(verdicts, add(length, 1))
        }
    }
}
