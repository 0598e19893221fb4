// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One block to execute: what the host knows of it, and nothing that it would have to trust.
struct BlockInput {
    bytes32 preRoot; // state root before the block
    bytes32 separator; // EIP-712 domain separator of the instance
    uint40 timestamp; // from the header
    uint40 feeAccount; // from the header
    bytes content; // what follows the header
    bytes[] messages; // inbox messages the block consumes, in order
}

/// @title The rollup's rules: state root, block and witness give the state root after the block
/// @notice Stateless, without constructor arguments or immutables: its code is the law and the same on every host.
/// Spec: docs/spec/faults.md#execute.
interface ITransition {
    /// @notice The witness ends before it should, or bytes are left over.
    error WitnessLength();

    /// @notice There are records of a table that execution never touches.
    error WitnessTable(uint256 field);

    /// @notice Indices of a table are not strictly increasing or not below its length.
    error WitnessOrder(uint256 field);

    /// @notice Execution needs a record that is not in the witness.
    error RecordMissing(uint256 field, uint256 index);

    /// @notice A record is in the witness that execution neither reads nor writes.
    error RecordUntouched(uint256 field, uint256 index);

    /// @notice The witness hashes to another state root than `input.preRoot`.
    error WrongPreRoot(bytes32 root);

    /// @notice Executes a block. Total: any content and any messages have a result; it reverts for a bad witness only.
    /// @param input The block. `feeAccount` and `timestamp` as in its header.
    /// @param witness The part of the state before the block that its execution touches; the pre-block inbox index stands in
    /// bytes 24 to 31, little-endian, as word 3 of the system record.
    /// @return postRoot The state root after the block.
    /// @return verdicts One byte per result in order of execution (messages, then transactions), codes of `Verdicts`; behind the
    /// `Ok` of an Attribute, an AttributeCommitted or a Claim one byte for each of its items.
    function execute(BlockInput calldata input, bytes calldata witness)
        external
        view
        returns (bytes32 postRoot, bytes memory verdicts);
}
