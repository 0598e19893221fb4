// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ConfirmationBase} from "./ConfirmationBase.sol";
import {SlotActions} from "./SlotActions.sol";
import {Params} from "../src/Params.sol";
import {Rollup} from "../src/Rollup.sol";
import {IConfirmations} from "../src/interfaces/IConfirmations.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";

/// @notice Posters of whom some lie, signers of whom some contradict themselves, and one verifier who is awake: it proves the first
/// false batch before that becomes final. An action that would be refused now does nothing, so that any revert is a finding.
contract FaultHandler is ConfirmationBase, SlotActions {
    uint256 internal constant MAX_WAITING = 6;

    /// @dev Batches as they stand, encoded `Sent`; entry 0 is genesis.
    bytes[] internal chain;
    /// @dev The first false block of the first batch that has one; batch 0 when there is none.
    uint256 internal firstLie;
    uint256 internal lieAt;
    bytes32[] internal finals;
    bytes32[] internal rewarded;
    mapping(uint256 epoch => bool) internal convicted;

    uint256 public rewardsPaid;
    uint256 public rewardsPending;
    uint256 public burnt;
    uint256 public honestRemovals;
    uint256 public removals;

    constructor() {
        deployLedger();
        (held[SEQUENCER], bonded) = (BOND, BOND);
        chain.push();
        finals.push(rollup.batch(0).commitment);
    }

    function deployed() external view returns (Rollup, IInbox) {
        return (rollup, inbox);
    }

    // Messages and time

    function forceSome(bool isDeposit, uint64 amountGwei) external {
        if (rollup.frozen() || inbox.count() - rollup.inboxCursor() >= MAX_WAITING) return;
        if (isDeposit) depositFor(USER, uint64(bound(amountGwei, Params.MIN_DEPOSIT_GWEI, 10 ** 15)));
        else force();
    }

    function wait(uint256 duration) external {
        warpTo(block.timestamp + bound(duration, 1, 8 days));
        vm.roll(block.number + 1);
    }

    /// @dev The verifier is awake. Notes what becomes final.
    function warpTo(uint256 timestamp) internal override {
        if (timestamp <= block.timestamp) return;
        if (firstLie != 0 && rollup.batch(firstLie).postedAt + WINDOW <= timestamp) removeFirstLie(PROVER);
        vm.warp(timestamp);
        while (rollup.isFinalized(finals.length)) {
            finals.push(rollup.batch(finals.length).commitment);
        }
    }

    // Batches

    function postSome(uint256 seed, bool lying) external {
        if (rollup.frozen()) return;
        address poster = someoneWhoMayPost(seed);
        uint256[] memory consume = new uint256[](4);
        uint256 waiting = inbox.count() - rollup.inboxCursor();
        for (uint256 i = 0; i < 3; i++) {
            consume[i] = waiting > 2 * i + 1 ? 2 : waiting > 2 * i ? 1 : 0;
        }
        uint256 lieAt_ = lying ? (seed / 3) % 4 : NO_LIE;
        lies = 1 + (seed / 12) % 4;
        Sent memory sent = send(poster, consume, lieAt_);
        chain.push(abi.encode(sent));
        if (lying && firstLie == 0) (firstLie, lieAt) = (sent.batchId, lieAt_);
    }

    function someoneWhoMayPost(uint256 seed) internal returns (address) {
        rollup.enactSuccessor();
        if (seed % 2 == 0 && mayPost(SEQUENCER)) return SEQUENCER;
        for (uint256 i = 0; i < actors.length; i++) {
            address actor = actors[(seed / 2 + i) % actors.length];
            if (mayPost(actor)) return actor;
        }
        address holder = rollup.slotPoster() == address(0) ? SEQUENCER : rollup.slotPoster();
        if (!mayPost(holder)) putUp(holder, BOND);
        return holder;
    }

    // Proofs

    function proveSome(uint256 seed) external {
        if (!rollup.frozen() && firstLie != 0) removeFirstLie(actors[seed % actors.length]);
    }

    function removeFirstLie(address prover) internal {
        Sent memory sent = abi.decode(chain[firstLie], (Sent));
        address poster = rollup.posterOf(firstLie);
        prove(prover, sent, lieAt);
        uint256 reward = slashed(poster);
        rewardsPending += reward;
        if (reward != 0) rewarded.push(sent.commitment);
        while (chain.length > firstLie) {
            chain.pop();
        }
        (firstLie, removals) = (0, removals + 1);
    }

    /// @dev Books a slash as the spec has it.
    function slashed(address poster) internal returns (uint256 reward) {
        reward = held[poster] / 2;
        burnt += held[poster] - reward;
        held[poster] = 0;
    }

    /// @notice Tries every block of a batch before the first lie: none may be removed.
    function proveHonest(uint256 seed) external {
        uint256 last = firstLie == 0 ? rollup.tip() : firstLie - 1;
        if (rollup.frozen() || last == 0) return;
        Sent memory sent = abi.decode(chain[bound(seed, 1, last)], (Sent));
        for (uint256 i = 0; i < 4; i++) {
            (bool ok,) = address(rollup).call(abi.encodeCall(rollup.proveFault, (proofOf(sent, i))));
            if (ok) honestRemovals++;
        }
    }

    function collectSome(uint256 seed) external {
        if (rewarded.length == 0) return;
        uint256 i = seed % rewarded.length;
        (, uint40 payableAt,, uint128 amount,,) = rollup.rewards(rewarded[i]);
        if (block.timestamp < payableAt) return;
        rollup.collectReward(rewarded[i]);
        (rewardsPending, rewardsPaid) = (rewardsPending - amount, rewardsPaid + amount);
        rewarded[i] = rewarded[rewarded.length - 1];
        rewarded.pop();
    }

    /// @notice Two headers of one height under the slot's header key, in any epoch that stands under it.
    function convictSome(uint256 seed) external {
        uint256 epoch = (seed / 5) % (uint256(rollup.epoch()) + 1);
        bool isKnown = rollup.epochHeaderKey(epoch) == HEADER_KEY;
        if (rollup.frozen() || seed % 5 != 0 || !isKnown || convicted[epoch]) return;
        IConfirmations.Header memory a = headerOf(keccak256("a"));
        IConfirmations.Header memory b = headerOf(keccak256("b"));
        (a.epoch, b.epoch) = (uint64(epoch), uint64(epoch));
        address poster = rollup.epochPoster(epoch);
        conflict(a, b);
        convicted[epoch] = true;
        rewardsPaid += slashed(poster);
    }

    // The end

    function freezeSome(uint256 seed) external {
        seed = uint256(keccak256(abi.encode(seed))); // random seeds are often zero
        if (rollup.frozen() || seed % 16 != 0) return;
        if (inbox.count() == rollup.inboxCursor()) force();
        warpTo(inbox.checkpoint(rollup.inboxCursor() + 1).enqueuedAt + 30 days - WINDOW / 2);
        if (seed % 32 == 0) this.postSome(seed, false); // will be void
        warpTo(block.timestamp + WINDOW / 2);
        uint256 last = finals.length - 1;
        if (inbox.count() == rollup.batch(last).inboxIndex) return;
        rollup.freeze(last);
        while (chain.length > last + 1) {
            chain.pop();
        }
    }

    // For the invariants

    function finalCount() external view returns (uint256) {
        return finals.length;
    }

    function finalCommitment(uint256 batchId) external view returns (bytes32) {
        return finals[batchId];
    }

    function hasLie() external view returns (bool) {
        return firstLie != 0;
    }

    function trueRootAt(uint256 batchId) external view returns (bytes32) {
        return keccak256(states[batchId]);
    }

    function firstInboxIndexOf(uint256 batchId) external view returns (uint256) {
        return abi.decode(chain[batchId], (Sent)).preimage.firstInboxIndex;
    }

    function batchCount() external view returns (uint256) {
        return chain.length;
    }
}
