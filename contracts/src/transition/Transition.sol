// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BlockInput, ITransition} from "../interfaces/ITransition.sol";
import {Block} from "./Block.sol";
import {Witness} from "./Witness.sol";
import {State} from "./state/State.sol";
import {Sha256} from "./tree/Sha256.sol";

/// @title The rollup's rules in Solidity
/// @notice Mirrors `protocol/` file by file; the two are compared over random blocks. Spec: docs/spec/faults.md#execute.
contract Transition is ITransition {
    /// @inheritdoc ITransition
    function execute(BlockInput calldata input, bytes calldata witness)
        external
        view
        returns (bytes32 postRoot, bytes memory verdicts)
    {
        unchecked {
            uint256 packed = input.content.length;
            for (uint256 i = 0; i < input.messages.length; i++) {
                packed += input.messages[i].length;
            }
            (State memory state, uint256 nodes) = Witness.read(witness, packed, input.messages.length);
            bytes32 systemBefore = Sha256.hashRecord(state.system);
            Block.execute(state, input);
            uint256 end;
            assembly ("memory-safe") {
                end := add(witness.offset, witness.length)
            }
            bytes32 preRoot;
            (preRoot, postRoot) = Witness.roots(state, nodes, end, systemBefore);
            if (preRoot != input.preRoot) revert WrongPreRoot(preRoot);
            return (postRoot, state.verdicts);
        }
    }
}
