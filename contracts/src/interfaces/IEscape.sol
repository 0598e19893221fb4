// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Leaving a rollup that was frozen
/// @notice Against the root of the last finalized batch, every owner is paid what the state holds for it, each record once.
/// Together with withdrawals in that root this is all that the Vault holds. Anyone may send these calls; who is paid follows
/// from the state. Proofs are siblings bottom up, as of a receipt. Spec: docs/spec/faults.md#freeze-and-escape.
interface IEscape {
    /// @notice A record was paid out. `field` is the table's in the state, or the system record's.
    event Escaped(uint256 indexed field, uint256 indexed index, address indexed recipient, uint256 amountGwei);
    /// @notice A deposit that no finalized batch consumed was paid back.
    event DepositRefunded(uint256 indexed messageIndex, address indexed owner, uint256 amountGwei);

    /// @notice The rollup works: transactions are the way out.
    error NotFrozen();
    /// @notice This record was paid before.
    error AlreadyEscaped(uint256 field, uint256 index);
    /// @notice This deposit was paid back before.
    error AlreadyRefunded(uint256 messageIndex);
    /// @notice This table's records earn nothing.
    error TableWithoutEarnings(uint256 field);
    /// @notice The record belongs to another account: its index plus one is `required`.
    error AccountMismatch(uint256 account, uint256 required);
    /// @notice The message was consumed, so the state holds what it brought.
    error MessageConsumed(uint256 index, uint256 cursor);
    /// @notice The message is no deposit, or these are not its bytes.
    error DepositMismatch(uint256 index);

    /// @notice Whether a record was paid out.
    /// @param field The table's in the state.
    function isEscaped(uint256 field, uint256 index) external view returns (bool);

    /// @notice Whether a deposit was paid back.
    function isRefunded(uint256 messageIndex) external view returns (bool);

    /// @notice Pays balance, stake and unbonding of an account to its owner.
    /// @param record The account's four chunks.
    /// @param proof 53 siblings.
    function escapeAccount(uint48 index, bytes32[4] calldata record, bytes32[] calldata proof) external;

    /// @notice Pays what a datanet, a contribution or a model earned, and its bond, to the owner of its account.
    /// @param field The table: 1, 2 or 3.
    /// @param account Index of the account that the record names.
    function escapeEarnings(
        uint256 field,
        uint48 index,
        bytes32[4] calldata record,
        bytes32[] calldata proof,
        uint48 account,
        bytes32[4] calldata accountRecord,
        bytes32[] calldata accountProof
    ) external;

    /// @notice Pays the treasury to the Timelock.
    /// @param record The system record's four chunks.
    /// @param proof 4 siblings.
    function escapeTreasury(bytes32[4] calldata record, bytes32[] calldata proof) external;

    /// @notice Pays a deposit that no finalized batch consumed to the owner it named.
    /// @param messageIndex Number of the inbox message.
    /// @param message Its bytes, as in the Inbox's event.
    function refundDeposit(uint256 messageIndex, bytes calldata message) external;
}
