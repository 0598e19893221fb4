// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Custody} from "./Custody.sol";
import {Params} from "./Params.sol";
import {IEscape} from "./interfaces/IEscape.sol";
import {Messages} from "./libraries/Messages.sol";
import {Ssz} from "./libraries/Ssz.sol";

/// @title Leaving a rollup that was frozen
/// @notice Described in `IEscape`. Words are those of docs/spec/state.md: word `w` is the `w % 4`-th of chunk `w / 4`.
abstract contract Escape is Custody {
    using BitMaps for BitMaps.BitMap;
    using Ssz for bytes32;
    using Ssz for bytes32[4];

    /// @dev `128 || owner (20) || hint (6) || amount (8)`.
    uint256 private constant DEPOSIT_BYTES = 35;

    mapping(uint256 field => BitMaps.BitMap) private _escaped;
    BitMaps.BitMap private _refunded;

    /// @inheritdoc IEscape
    function isEscaped(uint256 field, uint256 index) external view returns (bool) {
        return _escaped[field].get(index);
    }

    /// @inheritdoc IEscape
    function isRefunded(uint256 messageIndex) external view returns (bool) {
        return _refunded.get(messageIndex);
    }

    /// @inheritdoc IEscape
    function escapeAccount(uint48 index, bytes32[4] calldata record, bytes32[] calldata proof) external nonReentrant {
        _requireRecord(_lastRoot(), Params.ACCOUNTS_FIELD, index, record.rootOf(), proof);
        uint256 balance = record[1].uint64At(1);
        uint256 stake = record[1].uint64At(2);
        uint256 unbonding = record[1].uint64At(3);
        _payOnce(Params.ACCOUNTS_FIELD, index, _ownerOf(record), balance + stake + unbonding);
    }

    /// @inheritdoc IEscape
    function escapeEarnings(
        uint256 field,
        uint48 index,
        bytes32[4] calldata record,
        bytes32[] calldata proof,
        uint48 account,
        bytes32[4] calldata accountRecord,
        bytes32[] calldata accountProof
    ) external nonReentrant {
        bytes32 root = _lastRoot();
        _requireRecord(root, field, index, record.rootOf(), proof);
        _requireRecord(root, Params.ACCOUNTS_FIELD, account, accountRecord.rootOf(), accountProof);
        (uint256 owner, uint256 amountGwei) = _earningsOf(field, record);
        if (owner != uint256(account) + 1) revert AccountMismatch(account, owner);
        _payOnce(field, index, _ownerOf(accountRecord), amountGwei);
    }

    /// @inheritdoc IEscape
    function escapeTreasury(bytes32[4] calldata record, bytes32[] calldata proof) external nonReentrant {
        _requireLength(proof, Params.STATE_DEPTH);
        _requireRoot(record.rootOf().climb(Params.SYSTEM_FIELD, proof), _lastRoot());
        _payOnce(Params.SYSTEM_FIELD, 0, rollup.timelock(), record[0].uint64At(0));
    }

    /// @inheritdoc IEscape
    function refundDeposit(uint256 messageIndex, bytes calldata message) external nonReentrant {
        _requireFrozen();
        uint256 cursor = rollup.inboxCursor();
        if (messageIndex < cursor) revert MessageConsumed(messageIndex, cursor);
        if (_refunded.get(messageIndex)) revert AlreadyRefunded(messageIndex);
        bytes32 acc = inbox.checkpoint(messageIndex).acc;
        uint256 enqueuedAt = inbox.checkpoint(messageIndex + 1).enqueuedAt;
        bool isMessage =
            Messages.accumulate(acc, keccak256(message), enqueuedAt) == inbox.checkpoint(messageIndex + 1).acc;
        bool isDeposit = message.length == DEPOSIT_BYTES && uint8(message[0]) == Params.DEPOSIT_KIND;
        if (!isMessage || !isDeposit) revert DepositMismatch(messageIndex);

        _refunded.set(messageIndex);
        address owner = address(bytes20(message[1:21]));
        uint256 amountGwei = uint64(bytes8(message[27:35]));
        emit DepositRefunded(messageIndex, owner, amountGwei);
        _pay(owner, amountGwei);
    }

    /// @dev Root of the last finalized batch, which is the tip once the rollup is frozen.
    function _lastRoot() private view returns (bytes32) {
        _requireFrozen();
        return rollup.finalizedBatch(rollup.tip()).stateRoot;
    }

    function _requireFrozen() private view {
        if (!rollup.frozen()) revert NotFrozen();
    }

    /// @dev What a record holds for the account it names by reference (index + 1).
    function _earningsOf(uint256 field, bytes32[4] calldata record)
        private
        pure
        returns (uint256 owner, uint256 amountGwei)
    {
        if (field == Params.DATANETS_FIELD) {
            return (record[1].uint64At(0), uint256(record[1].uint64At(2)) + record[1].uint64At(3));
        }
        if (field == Params.CONTRIBUTIONS_FIELD) {
            uint256 bondAndEarned = uint256(record[2].uint64At(1)) + record[2].uint64At(2);
            return (record[1].uint64At(1), bondAndEarned + record[2].uint64At(3));
        }
        if (field == Params.MODELS_FIELD) {
            return (record[1].uint64At(0), uint256(record[3].uint64At(0)) + record[3].uint64At(1));
        }
        revert TableWithoutEarnings(field);
    }

    function _ownerOf(bytes32[4] calldata account) private pure returns (address) {
        return address(bytes20(account[0]));
    }

    function _payOnce(uint256 field, uint256 index, address recipient, uint256 amountGwei) private {
        if (_escaped[field].get(index)) revert AlreadyEscaped(field, index);
        _escaped[field].set(index);
        emit Escaped(field, index, recipient, amountGwei);
        _pay(recipient, amountGwei);
    }
}
