// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEscape} from "./IEscape.sol";

/// @title Custody of the token
/// @notice Takes deposits into the rollup and pays withdrawals recorded in a finalized state. Once the rollup is frozen it takes no
/// more deposits and pays everyone what the last finalized state holds for them. Amounts on the rollup are Gwei
/// (10^-9 token); on the host they are the token's own units. Spec: docs/spec/settlement.md#vault.
interface IVault is IEscape {
    /// @notice The Vault received tokens and announced them to the rollup.
    event Deposited(uint256 indexed messageIndex, address indexed from, address indexed owner, uint256 amountGwei);

    /// @notice A withdrawal was paid.
    event Withdrawn(uint256 indexed index, address indexed recipient, uint256 amountGwei);

    /// @notice The token's decimals are outside 9 to 18.
    error DecimalsOutOfRange(uint256 decimals);
    /// @notice A deposit named the zero address as owner.
    error OwnerZero();
    /// @notice The tokens that arrived are not a whole number of Gwei.
    error DepositNotWholeGwei(uint256 received, uint256 scale);
    /// @notice The deposit is below the minimum.
    error DepositTooSmall(uint256 amountGwei, uint256 minimumGwei);
    /// @notice All deposits together would not fit the rollup's 64-bit amounts.
    error DepositsExhausted(uint256 totalGwei, uint256 limitGwei);
    /// @notice A withdrawal named the zero address as recipient.
    error RecipientZero();
    /// @notice This withdrawal was paid before.
    error AlreadyWithdrawn(uint256 index);
    /// @notice The proof does not have the one allowed number of siblings.
    error ProofLengthMismatch(uint256 length, uint256 required);
    /// @notice The record and the proof do not give the batch's state root.
    error RootMismatch(bytes32 computed, bytes32 stateRoot);

    /// @notice Units of the token in one Gwei: `10^(decimals - 9)`.
    function scale() external view returns (uint256);

    /// @notice All deposits so far, in Gwei. Withdrawals do not lower it.
    function depositedGwei() external view returns (uint256);

    /// @notice Whether withdrawal `index` was paid.
    function isWithdrawn(uint256 index) external view returns (bool);

    /// @notice Pulls `amount` token units from the caller and credits what arrived to `owner` on the rollup.
    /// The value is the Inbox fee (`Inbox.fee()`), exactly.
    /// @param amount Token units; what arrives must be a positive multiple of `scale`.
    /// @param owner Owner of the account to credit; not zero.
    /// @param hint Index of the owner's account plus one, or 0 for none.
    /// @return messageIndex Number of the inbox message.
    function deposit(uint256 amount, address owner, uint48 hint) external payable returns (uint256 messageIndex);

    /// @notice `deposit` after an ERC-2612 permit of exactly `amount` by the caller to the Vault. A permit that someone else
    /// has already submitted is no obstacle.
    function depositWithPermit(
        uint256 amount,
        address owner,
        uint48 hint,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external payable returns (uint256 messageIndex);

    /// @notice Pays withdrawal `index` to its recipient. Anyone may call.
    /// @param batchId A finalized batch whose state holds the record.
    /// @param index Index of the record in the withdrawals table.
    /// @param recipient Whom the record names.
    /// @param amountGwei The record's amount.
    /// @param account Index of the account that withdrew.
    /// @param timestamp The record's block time.
    /// @param proof Exactly 53 siblings, bottom up: 48 of the table, its length, 4 of the state.
    function withdraw(
        uint256 batchId,
        uint48 index,
        address recipient,
        uint64 amountGwei,
        uint48 account,
        uint64 timestamp,
        bytes32[] calldata proof
    ) external;
}
