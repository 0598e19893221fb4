// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SlotActions} from "./SlotActions.sol";
import {StateTree} from "./StateTree.sol";
import {Params} from "../src/Params.sol";
import {Rollup} from "../src/Rollup.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {IVault} from "../src/interfaces/IVault.sol";

/// @notice Random but valid users of one rollup, with a plain model of what must hold. An action that would be refused now
/// does nothing, so that any revert is a finding.
contract Handler is SlotActions {
    /// @dev What the model knows of one message.
    struct Message {
        bytes32 acc;
        uint256 enqueuedAt;
        uint256 weight;
        uint256 fees;
    }

    uint256 internal constant MAX_WITHDRAWALS = 12;

    Message[] public messages;
    StateTree.Withdrawal[] internal withdrawals;
    /// @dev Number of withdrawals in the state of each batch, and messages consumed up to it.
    mapping(uint256 batchId => uint256) internal withdrawalsIn;
    uint256[] public cursors;
    mapping(uint256 batchId => bool) internal collected;
    mapping(uint256 index => bool) internal paid;

    uint256 public depositedGwei;
    uint256 public announcedGwei;
    uint256 public paidGwei;
    uint256 public feesPaid;
    uint256 public feesCollected;
    uint256 public doublePayments;

    constructor() {
        deploy();
        (held[SEQUENCER], bonded) = (10 ether, 10 ether);
        messages.push(Message(0, 0, 0, 0));
        cursors.push(0);
    }

    function deployed() external view returns (Rollup, IInbox, IVault) {
        return (rollup, inbox, vault);
    }

    // Messages

    function depositSome(uint256 amountGwei, uint48 hint) external {
        amountGwei = bound(amountGwei, Params.MIN_DEPOSIT_GWEI, 10 ** 15);
        uint256 fee = inbox.fee();
        vault.deposit{value: fee}(amountGwei * 1 gwei, USER, hint);
        depositedGwei += amountGwei;
        record(abi.encodePacked(uint8(128), USER, hint, uint64(amountGwei)), 3_000, fee);
    }

    function forceSome(bytes calldata transaction) external {
        bytes memory whole = abi.encodePacked(uint8(1), transaction.length < 1_024 ? transaction : transaction[:1_000]);
        uint256 fee = inbox.fee();
        inbox.enqueueForced{value: fee}(whole);
        record(abi.encodePacked(uint8(129), address(this), whole), 28_000, fee);
    }

    function record(bytes memory message, uint256 weight, uint256 fee) internal {
        Message memory last = messages[messages.length - 1];
        bytes32 acc = keccak256(abi.encodePacked(last.acc, keccak256(message), block.timestamp));
        messages.push(Message(acc, block.timestamp, last.weight + weight, last.fees + fee));
        feesPaid += fee;
    }

    // Time and batches

    function wait(uint256 duration) external {
        vm.warp(block.timestamp + bound(duration, 1, 5 days));
    }

    /// @notice Whoever may post consumes everything that waits, two messages a block, and may add a withdrawal.
    function postSome(uint256 seed, bool withdrawing) external {
        address poster = seed % 3 == 0 ? actors[seed % actors.length] : SEQUENCER;
        rollup.enactSuccessor(); // as the post does: a successor who is due ends open posting
        if (!mayPost(poster)) return;
        uint256 waiting = messages.length - 1 - cursors[cursors.length - 1];
        if (withdrawing) announce(seed);
        bytes32 root = keccak256(abi.encode("state", cursors.length));
        if (withdrawals.length != 0) (root,) = StateTree.prove(leaves(withdrawals.length), 0);
        bytes memory blocks = manyBlocks((waiting + 1) / 2, 2, "");
        if (waiting % 2 == 1) blocks = manyBlocks(waiting / 2, 2, "");
        blocks = bytes.concat(blocks, framed(blockBytes(root, block.timestamp, waiting % 2, abi.encode(seed))));

        uint256 batchId = postAs(poster, waiting, blocks);
        withdrawalsIn[batchId] = withdrawals.length;
        cursors.push(messages.length - 1);
    }

    // Withdrawals: the state never promises more than was deposited.

    function announce(uint256 seed) internal {
        uint256 free = depositedGwei - announcedGwei;
        if (free == 0 || withdrawals.length == MAX_WITHDRAWALS) return;
        uint64 amount = uint64(bound(seed, 1, free));
        withdrawals.push(
            StateTree.Withdrawal(address(uint160(0xD000 + withdrawals.length)), amount, 5, uint64(block.timestamp))
        );
        announcedGwei += amount;
    }

    function withdrawSome(uint256 batchSeed, uint256 indexSeed) external {
        uint256 batchId = bound(batchSeed, 0, rollup.tip());
        uint256 count = withdrawalsIn[batchId];
        if (count == 0 || !rollup.isFinalized(batchId)) return;
        uint256 index = bound(indexSeed, 0, count - 1);
        (, bytes32[] memory proof) = StateTree.prove(leaves(count), index);
        StateTree.Withdrawal memory w = withdrawals[index];
        bytes memory data = abi.encodeCall(
            vault.withdraw, (batchId, uint48(index), w.recipient, w.amountGwei, w.account, w.timestamp, proof)
        );
        (bool ok,) = address(vault).call(data);
        if (ok == paid[index]) doublePayments++; // paid twice, or refused although due
        if (ok) paidGwei += w.amountGwei;
        paid[index] = true;
    }

    function leaves(uint256 count) internal view returns (bytes32[] memory all) {
        all = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            all[i] = StateTree.leafOf(withdrawals[i]);
        }
    }

    // Fees

    function collectSome(uint256 seed) external {
        uint256 batchId = bound(seed, 0, rollup.tip());
        if (!rollup.isFinalized(batchId)) return;
        (bool ok, bytes memory result) = address(inbox).call(abi.encodeCall(inbox.collectFees, (batchId)));
        if (ok == collected[batchId]) doublePayments++;
        if (ok) feesCollected += abi.decode(result, (uint256));
        collected[batchId] = true;
    }

    // For the invariants

    function messageCount() external view returns (uint256) {
        return messages.length - 1;
    }
}
