// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Custody} from "./Custody.sol";
import {Escape} from "./Escape.sol";
import {Params} from "./Params.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Ssz} from "./libraries/Ssz.sol";

/// @title Custody of the token
/// @notice Described in `IVault`.
contract Vault is Escape {
    using SafeERC20 for IERC20;
    using BitMaps for BitMaps.BitMap;

    /// @inheritdoc IVault
    uint256 public depositedGwei;
    /// @dev By index alone: only finalized states count, and these never disagree about an index.
    BitMaps.BitMap private _withdrawn;

    constructor(IInbox inbox_, IERC20Metadata token_) Custody(inbox_, token_) {}

    /// @inheritdoc IVault
    function isWithdrawn(uint256 index) external view returns (bool) {
        return _withdrawn.get(index);
    }

    /// @inheritdoc IVault
    function deposit(uint256 amount, address owner, uint48 hint)
        external
        payable
        nonReentrant
        returns (uint256 messageIndex)
    {
        return _deposit(amount, owner, hint);
    }

    /// @inheritdoc IVault
    function depositWithPermit(
        uint256 amount,
        address owner,
        uint48 hint,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external payable nonReentrant returns (uint256 messageIndex) {
        // Anyone may have submitted the permit first; then the allowance is there and the deposit can go on.
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        return _deposit(amount, owner, hint);
    }

    /// @inheritdoc IVault
    function withdraw(
        uint256 batchId,
        uint48 index,
        address recipient,
        uint64 amountGwei,
        uint48 account,
        uint64 timestamp,
        bytes32[] calldata proof
    ) external nonReentrant {
        bytes32 stateRoot = rollup.finalizedBatch(batchId).stateRoot;
        if (recipient == address(0)) revert RecipientZero();
        if (_withdrawn.get(index)) revert AlreadyWithdrawn(index);
        bytes32 leaf = _recordRoot(recipient, amountGwei, account, timestamp);
        _requireRecord(stateRoot, Params.WITHDRAWALS_FIELD, index, leaf, proof);

        _withdrawn.set(index);
        emit Withdrawn(index, recipient, amountGwei);
        _pay(recipient, amountGwei);
    }

    function _deposit(uint256 amount, address owner, uint48 hint) private returns (uint256 messageIndex) {
        if (owner == address(0)) revert OwnerZero();
        // What arrived counts, not what was asked for: the token may take a cut.
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;

        if (received % scale != 0) revert DepositNotWholeGwei(received, scale);
        uint256 amountGwei = received / scale;
        if (amountGwei < Params.MIN_DEPOSIT_GWEI) revert DepositTooSmall(amountGwei, Params.MIN_DEPOSIT_GWEI);
        uint256 total = depositedGwei + amountGwei;
        if (total > Params.MAX_DEPOSITED_GWEI) revert DepositsExhausted(total, Params.MAX_DEPOSITED_GWEI);
        depositedGwei = total;

        messageIndex = inbox.enqueueDeposit{value: msg.value}(owner, hint, uint64(amountGwei));
        emit Deposited(messageIndex, msg.sender, owner, amountGwei);
    }

    /// @dev `hash_tree_root` of a withdrawal record, a leaf of the withdrawals table (docs/spec/state.md).
    function _recordRoot(address recipient, uint64 amountGwei, uint48 account, uint64 timestamp)
        private
        pure
        returns (bytes32)
    {
        uint64 accountReference = uint64(account) + 1; // 0 would stand for no account
        bytes32 numbers = Ssz.uint64Chunk(amountGwei, accountReference, timestamp, 0);
        return Ssz.recordRoot(bytes32(bytes20(recipient)), numbers, 0, 0);
    }
}
