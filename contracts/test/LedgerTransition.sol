// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BlockInput, ITransition} from "../src/interfaces/ITransition.sol";

/// @notice Small rules in place of the real ones: the state is one system record of 128 bytes, which is also the witness, and
/// every block has exactly one result. Enough to tell a true root from a false one.
contract LedgerTransition is ITransition {
    function execute(BlockInput calldata input, bytes calldata witness)
        external
        pure
        returns (bytes32 postRoot, bytes memory verdicts)
    {
        if (witness.length != 128) revert WitnessLength();
        if (keccak256(witness) != input.preRoot) revert WrongPreRoot(keccak256(witness));
        bytes32 content =
            keccak256(abi.encode(input.separator, input.timestamp, input.feeAccount, input.content, input.messages));
        return (keccak256(Ledger.next(witness, input.messages.length, content)), verdicts);
    }
}

/// @notice The states of `LedgerTransition`: word 3 counts messages, chunk 3 stands for all that happened.
library Ledger {
    function genesis() internal pure returns (bytes memory) {
        return new bytes(128);
    }

    function inboxIndex(bytes memory state) internal pure returns (uint64 index) {
        for (uint256 i = 0; i < 8; i++) {
            index |= uint64(uint8(state[24 + i])) << uint64(8 * i);
        }
    }

    function next(bytes memory state, uint256 messages, bytes32 content) internal pure returns (bytes memory after_) {
        after_ = abi.encodePacked(state);
        uint64 index = inboxIndex(state) + uint64(messages);
        for (uint256 i = 0; i < 8; i++) {
            after_[24 + i] = bytes1(uint8(index >> (8 * i)));
        }
        bytes32 history;
        assembly ("memory-safe") {
            history := mload(add(after_, 128))
        }
        history = keccak256(abi.encode(history, content));
        assembly ("memory-safe") {
            mstore(add(after_, 128), history)
        }
    }
}
