// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Params} from "./Params.sol";
import {ISequencerSlot} from "./interfaces/ISequencerSlot.sol";

/// @title Who may post batches
/// @notice Described in `ISequencerSlot`. The Rollup says what waits in the Inbox and when a batch is final.
abstract contract SequencerSlot is ISequencerSlot {
    uint256 private constant NEVER = type(uint256).max;

    // One storage slot: every post reads all of it.
    /// @inheritdoc ISequencerSlot
    address public slotPoster;
    /// @inheritdoc ISequencerSlot
    uint40 public epoch;
    /// @inheritdoc ISequencerSlot
    uint40 public silentSince;
    /// @inheritdoc ISequencerSlot
    bool public frozen;

    /// @inheritdoc ISequencerSlot
    address public slotHeaderKey;
    /// @inheritdoc ISequencerSlot
    uint40 public lastRollbackAt;
    /// @inheritdoc ISequencerSlot
    Successor public successor;
    /// @inheritdoc ISequencerSlot
    mapping(uint256 epoch => address) public epochPoster;
    /// @dev Only of epochs of the slot's holder; others sign with the key they post with.
    mapping(uint256 epoch => address) private _epochSlotKey;
    /// @inheritdoc ISequencerSlot
    mapping(address poster => Bond) public bonds;

    modifier onlySlotPoster() {
        enactSuccessor();
        if (msg.sender != slotPoster) revert SenderNotSlotPoster(msg.sender, slotPoster);
        _;
    }

    constructor(address poster, address headerKey) {
        _requireNotZero(poster);
        _requireNotZero(headerKey);
        slotPoster = poster;
        slotHeaderKey = headerKey;
        epochPoster[0] = poster;
        _epochSlotKey[0] = headerKey;
        emit SlotChanged(poster, headerKey);
        emit EpochStarted(0, poster);
    }

    /// @inheritdoc ISequencerSlot
    function epochHeaderKey(uint256 ofEpoch) public view returns (address) {
        address slotKey = _epochSlotKey[ofEpoch];
        return slotKey == address(0) ? epochPoster[ofEpoch] : slotKey;
    }

    /// @inheritdoc ISequencerSlot
    function overdueAt() public view returns (uint256) {
        return _afterWaiting(Params.OVERDUE_SECONDS);
    }

    /// @inheritdoc ISequencerSlot
    function openModeAt() public view returns (uint256) {
        return _afterWaiting(Params.OPEN_MODE_SECONDS);
    }

    /// @inheritdoc ISequencerSlot
    function bond() external payable {
        uint256 total = bonds[msg.sender].amount + msg.value;
        bonds[msg.sender].amount = uint128(total);
        emit Bonded(msg.sender, msg.value, total);
    }

    /// @inheritdoc ISequencerSlot
    function unbond(uint256 amount) external {
        enactSuccessor();
        Bond memory held = bonds[msg.sender];
        // In a frozen rollup nothing is posted or proven any more.
        if (!frozen) _requireFree(msg.sender, held.lastActiveAt);
        if (amount > held.amount) revert BondTooSmall(msg.sender, held.amount, amount);

        uint256 total = held.amount - amount;
        bonds[msg.sender].amount = uint128(total);
        emit Unbonded(msg.sender, amount, total);
        Address.sendValue(payable(msg.sender), amount);
    }

    /// @inheritdoc ISequencerSlot
    function declareSilent() external {
        enactSuccessor();
        if (slotPoster == address(0)) revert SlotEmpty();
        if (silentSince != 0) revert SilenceAlreadyDeclared(silentSince);
        _startSilence();
    }

    /// @inheritdoc ISequencerSlot
    function vacateSlot() external {
        enactSuccessor();
        uint256 vacantAt = silentSince == 0 ? NEVER : silentSince + Params.VACATE_SECONDS;
        if (block.timestamp < vacantAt) revert SlotNotVacant(block.timestamp, vacantAt);
        _emptySlot();
        _startEpoch(address(0));
    }

    /// @inheritdoc ISequencerSlot
    function nominate(address poster, address headerKey) external onlySlotPoster {
        _requireNotZero(headerKey);
        _requireBond(poster, Params.SLOT_BOND);
        uint256 effectiveAt = _setSuccessor(poster, headerKey, false);
        emit Nominated(poster, headerKey, effectiveAt);
    }

    /// @inheritdoc ISequencerSlot
    function acceptNomination(address headerKey) external {
        enactSuccessor();
        Successor memory next = successor;
        if (msg.sender != next.poster || headerKey != next.headerKey || next.accepted) {
            revert NominationMismatch(msg.sender, headerKey);
        }
        _requireBond(msg.sender, Params.SLOT_BOND);
        successor.accepted = true;
        emit NominationAccepted(msg.sender, headerKey, next.effectiveAt);
    }

    /// @inheritdoc ISequencerSlot
    function claimSlot(address headerKey) external {
        enactSuccessor();
        if (slotPoster != address(0)) revert SlotTaken(slotPoster);
        if (successor.poster != address(0)) revert SlotAlreadyClaimed(successor.poster);
        _requireNotZero(headerKey);
        _requireBond(msg.sender, Params.SLOT_BOND);
        uint256 effectiveAt = _setSuccessor(msg.sender, headerKey, true);
        emit SlotClaimed(msg.sender, headerKey, effectiveAt);
    }

    /// @inheritdoc ISequencerSlot
    function enactSuccessor() public {
        Successor memory next = successor;
        if (!next.accepted || block.timestamp < next.effectiveAt) return;
        delete successor;
        if (bonds[next.poster].amount < Params.SLOT_BOND) return;
        // A silence goes on: else a silent holder could pass the slot around among its own addresses for ever.
        _setSlot(next.poster, next.headerKey);
        _startEpoch(next.poster);
    }

    /// @inheritdoc ISequencerSlot
    function restart() external onlySlotPoster {
        if (block.timestamp < overdueAt()) revert NothingOverdue(block.timestamp, overdueAt());
        _startEpoch(msg.sender);
    }

    /// @dev Checks that `poster` may post now, and records that it does. Returns the epoch of the post.
    function _admitPoster(address poster) internal returns (uint40) {
        enactSuccessor();
        if (poster == slotPoster) {
            _requireBond(poster, Params.SLOT_BOND);
            if (silentSince != 0) {
                silentSince = 0;
                emit SilenceEnded();
            }
        } else {
            _requireBond(poster, Params.OPEN_BOND);
            bool isOpen = slotPoster == address(0) || silentSince != 0;
            if (!isOpen) _startSilence();
        }
        bonds[poster].lastActiveAt = uint40(block.timestamp);
        if (poster != epochPoster[epoch]) _startEpoch(poster);
        return epoch;
    }

    /// @dev Takes the whole bond of `poster`, and the slot or the nomination with it. The caller must pay out the reward and start
    /// an epoch where one has to begin. The other half stays here for ever: nothing pays it out, and unlike a transfer
    /// to a dead address that cannot fail, nor hand control to anyone in the middle of a removal.
    function _slash(address poster) internal returns (uint256 reward) {
        enactSuccessor();
        uint256 amount = bonds[poster].amount;
        bonds[poster].amount = 0;
        reward = amount / 2;
        emit Slashed(poster, amount, reward);
        if (poster == slotPoster) _emptySlot();
        else if (poster == successor.poster) delete successor;
    }

    function _startEpoch(address poster) internal {
        epochPoster[++epoch] = poster;
        if (poster == slotPoster && poster != address(0)) _epochSlotKey[epoch] = slotHeaderKey;
        emit EpochStarted(epoch, poster);
    }

    /// @dev Whether a message waits, and since when its period runs.
    function _oldestWaiting() internal view virtual returns (bool isWaiting, uint256 since);

    /// @dev When a batch posted at `postedAt` is final.
    function _finalizedAt(uint256 postedAt) internal view virtual returns (uint256);

    function _requireNotZero(address value) internal pure {
        if (value == address(0)) revert AddressZero();
    }

    function _requireBond(address poster, uint256 required) private view {
        uint256 bonded = bonds[poster].amount;
        if (bonded < required) revert BondTooSmall(poster, bonded, required);
    }

    function _requireFree(address poster, uint256 lastActiveAt) private view {
        bool isSuccessor = poster == successor.poster && successor.accepted;
        if (poster == slotPoster || isSuccessor) revert BondHeld(poster);
        uint256 until = _finalizedAt(lastActiveAt);
        if (block.timestamp < until) revert BondLocked(poster, until);
    }

    function _startSilence() private {
        uint256 openAt = openModeAt();
        if (block.timestamp < openAt) revert PostingNotOpen(block.timestamp, openAt);
        silentSince = uint40(block.timestamp);
        emit SilenceStarted(block.timestamp);
    }

    function _setSuccessor(address poster, address headerKey, bool accepted) private returns (uint256 effectiveAt) {
        effectiveAt = block.timestamp + Params.SUCCESSION_SECONDS;
        successor = Successor(poster, uint40(effectiveAt), accepted, headerKey);
    }

    /// @dev The nominee goes too: who neglects or abuses the slot does not choose who is next.
    function _emptySlot() private {
        delete successor;
        silentSince = 0;
        _setSlot(address(0), address(0));
    }

    /// @dev The caller starts the epoch. Who leaves answers for a window more for what it signed without posting it.
    function _setSlot(address poster, address headerKey) private {
        if (slotPoster != poster) bonds[slotPoster].lastActiveAt = uint40(block.timestamp);
        slotPoster = poster;
        slotHeaderKey = headerKey;
        emit SlotChanged(poster, headerKey);
    }

    function _afterWaiting(uint256 period) private view returns (uint256) {
        (bool isWaiting, uint256 since) = _oldestWaiting();
        return isWaiting ? since + period : NEVER;
    }
}
