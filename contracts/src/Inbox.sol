// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Params} from "./Params.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {ISequencerSlot} from "./interfaces/ISequencerSlot.sol";
import {Messages} from "./libraries/Messages.sol";

/// @title Messages that enter the rollup through the host
/// @notice Described in `IInbox`.
contract Inbox is IInbox {
    IRollup public immutable rollup;

    /// @inheritdoc IInbox
    uint256 public count;

    /// @dev Entry `n` describes the queue after `n` messages; entry 0 stays zero.
    mapping(uint256 n => Checkpoint) private _checkpoints;
    mapping(uint256 batchId => bool) private _collected;

    constructor() {
        rollup = IRollup(msg.sender);
    }

    /// @inheritdoc IInbox
    function checkpoint(uint256 n) external view returns (Checkpoint memory) {
        if (n > count) revert CheckpointUnknown(n, count);
        return _checkpoints[n];
    }

    /// @inheritdoc IInbox
    function fee() public view returns (uint256) {
        uint256 unconsumed = count - rollup.inboxCursor();
        return Params.INBOX_FEE_FLOOR << Math.min(unconsumed / Params.INBOX_FEE_STEP, Params.INBOX_FEE_MAX_DOUBLINGS);
    }

    /// @inheritdoc IInbox
    function enqueueDeposit(address owner, uint48 hint, uint64 amountGwei) external payable returns (uint256 index) {
        if (msg.sender != address(rollup.vault())) revert SenderNotVault(msg.sender);
        bytes memory message = abi.encodePacked(uint8(Params.DEPOSIT_KIND), owner, hint, amountGwei);
        return _enqueue(message, uint64(Params.DEPOSIT_WEIGHT));
    }

    /// @inheritdoc IInbox
    function enqueueForced(bytes calldata transaction) external payable returns (uint256 index) {
        if (transaction.length == 0 || transaction.length > Params.MAX_FORCED_BYTES) {
            revert ForcedLengthOutOfRange(transaction.length);
        }
        uint8 kind = uint8(transaction[0]);
        if (kind == 0 || kind > Params.MAX_USER_KIND) revert KindNotForUsers(kind);
        bytes memory message = abi.encodePacked(uint8(Params.FORCED_KIND), msg.sender, transaction);
        return _enqueue(message, uint64(Params.FORCED_WEIGHT));
    }

    /// @inheritdoc IInbox
    function collectFees(uint256 batchId) external returns (uint256 amount) {
        uint256 end = rollup.finalizedBatch(batchId).inboxIndex;
        uint256 start = batchId == 0 ? 0 : rollup.batch(batchId - 1).inboxIndex;
        if (_collected[batchId]) revert FeesAlreadyCollected(batchId);
        _collected[batchId] = true;

        amount = _checkpoints[end].fees - _checkpoints[start].fees;
        address poster = rollup.posterOf(batchId);
        emit FeesCollected(batchId, poster, amount);
        Address.sendValue(payable(poster), amount);
    }

    function _enqueue(bytes memory message, uint64 weight) private returns (uint256 index) {
        if (rollup.frozen()) revert ISequencerSlot.RollupFrozen();
        uint256 required = fee();
        if (msg.value != required) revert FeeMismatch(msg.value, required);

        index = count;
        Checkpoint memory last = _checkpoints[index];
        bytes32 acc = Messages.accumulate(last.acc, keccak256(message), block.timestamp);
        _checkpoints[index + 1] = Checkpoint({
            acc: acc,
            enqueuedAt: uint40(block.timestamp),
            weight: last.weight + weight,
            fees: last.fees + uint128(required)
        });
        count = index + 1;
        emit MessageEnqueued(index, acc, block.timestamp, message);
    }
}
