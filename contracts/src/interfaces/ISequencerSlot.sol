// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Who may post batches, with what bond, and who comes next
/// @notice One address holds the slot and may always post. Others may once the holder neglects the Inbox, and the slot falls
/// vacant when it stays away. Spec: docs/spec/settlement.md#who-may-post.
interface ISequencerSlot {
    /// @notice ETH that a poster stands to lose.
    /// @param amount Wei.
    /// @param lastActiveAt Host time of the last batch of this address, or of its leaving the slot; 0 for none.
    struct Bond {
        uint128 amount;
        uint40 lastActiveAt;
    }

    /// @notice Who takes the slot next.
    /// @param poster Zero when there is nobody.
    /// @param effectiveAt Host time from which the slot is theirs.
    /// @param accepted Whether `poster` agreed. Nobody becomes liable for a key that someone else chose.
    /// @param headerKey Key that will sign block headers.
    struct Successor {
        address poster;
        uint40 effectiveAt;
        bool accepted;
        address headerKey;
    }

    /// @notice The slot changed hands; both zero when it fell vacant.
    event SlotChanged(address indexed poster, address headerKey);
    /// @notice A new epoch began; only `poster` posts in it. Zero until the first post after the slot fell vacant.
    event EpochStarted(uint256 indexed epoch, address indexed poster);
    /// @notice The slot's holder named a successor, who has yet to accept.
    event Nominated(address indexed poster, address headerKey, uint256 effectiveAt);
    /// @notice The named successor agreed.
    event NominationAccepted(address indexed poster, address headerKey, uint256 effectiveAt);
    /// @notice A bonded address claimed the vacant slot.
    event SlotClaimed(address indexed poster, address headerKey, uint256 effectiveAt);
    /// @notice Open posting began because a message waited too long.
    event SilenceStarted(uint256 since);
    /// @notice The slot's holder posted again.
    event SilenceEnded();
    /// @notice ETH was added to a bond.
    event Bonded(address indexed poster, uint256 amount, uint256 total);
    /// @notice ETH was taken back from a bond.
    event Unbonded(address indexed poster, uint256 amount, uint256 total);
    /// @notice A poster lost its bond: `reward` went to who proved why, the rest to nobody, for ever.
    event Slashed(address indexed poster, uint256 amount, uint256 reward);

    /// @notice The rollup is frozen: only what is final counts.
    error RollupFrozen();
    /// @notice An address that must be set was zero.
    error AddressZero();
    /// @notice The bond is below what this needs.
    error BondTooSmall(address poster, uint256 bonded, uint256 required);
    /// @notice The bond belongs to the slot's holder or its accepted successor.
    error BondHeld(address poster);
    /// @notice The last batch of this address is not final, or it left the slot less than a window ago.
    error BondLocked(address poster, uint256 until);
    /// @notice Only the slot's holder may post or declare silence now; others can from `openAt` on.
    error PostingNotOpen(uint256 nowAt, uint256 openAt);
    /// @notice Silence was declared before.
    error SilenceAlreadyDeclared(uint256 since);
    /// @notice The holder was not silent, or not for long enough. `vacantAt` is the largest integer when not silent.
    error SlotNotVacant(uint256 nowAt, uint256 vacantAt);
    /// @notice The sender does not hold the slot.
    error SenderNotSlotPoster(address sender, address slotPoster);
    /// @notice The slot has a holder.
    error SlotTaken(address slotPoster);
    /// @notice The slot has no holder.
    error SlotEmpty();
    /// @notice Someone else claimed the slot first.
    error SlotAlreadyClaimed(address poster);
    /// @notice Sender and key are not those of a nomination that waits to be accepted.
    error NominationMismatch(address poster, address headerKey);
    /// @notice No message is overdue.
    error NothingOverdue(uint256 nowAt, uint256 overdueAt);

    /// @notice The holder of the slot, zero when vacant. A successor that is due counts from `enactSuccessor` on, which every
    /// post and every change of the slot runs first.
    function slotPoster() external view returns (address);

    /// @notice The key whose signed block headers the holder answers for.
    function slotHeaderKey() external view returns (address);

    /// @notice Who takes the slot next.
    function successor() external view returns (address poster, uint40 effectiveAt, bool accepted, address headerKey);

    /// @notice The current epoch: a run of batches by one poster.
    function epoch() external view returns (uint40);

    /// @notice The one poster of an epoch.
    function epochPoster(uint256 epoch) external view returns (address);

    /// @notice Whose signatures bind in an epoch: the slot's header key, or an open poster itself. Zero for an epoch without poster.
    function epochHeaderKey(uint256 epoch) external view returns (address);

    /// @notice Whether the rollup ended for good (`IRollup.freeze`).
    function frozen() external view returns (bool);

    /// @notice Since when open posting is allowed without interruption, 0 while it is not.
    function silentSince() external view returns (uint40);

    /// @notice Host time of the last removal of batches. Messages have a full period from then on.
    function lastRollbackAt() external view returns (uint40);

    /// @notice The bond of an address.
    function bonds(address poster) external view returns (uint128 amount, uint40 lastActiveAt);

    /// @notice Host time from which the next message is overdue; the largest integer when the queue is consumed.
    function overdueAt() external view returns (uint256);

    /// @notice Host time from which every bonded address may post; the largest integer when the queue is consumed.
    function openModeAt() external view returns (uint256);

    /// @notice Adds the value to the caller's bond.
    function bond() external payable;

    /// @notice Takes `amount` back. Refused to the slot's holder and its accepted successor, and until the caller's last batch
    /// is final and it left the slot a window ago; free once the rollup is frozen.
    function unbond(uint256 amount) external;

    /// @notice Starts the clock that ends in `vacateSlot`, in open mode. Anyone may call.
    function declareSilent() external;

    /// @notice Empties the slot after seven days of silence. Anyone may call.
    function vacateSlot() external;

    /// @notice Names who takes the slot in 24 hours, provided that the successor accepts. Replaces an earlier nomination;
    /// naming oneself is how to change the header key. Only the slot's holder.
    function nominate(address poster, address headerKey) external;

    /// @notice Agrees to a nomination of the caller with exactly this header key, and locks the caller's bond.
    function acceptNomination(address headerKey) external;

    /// @notice Claims the vacant slot with 10 ETH bonded, effective in 24 hours. First come.
    function claimSlot(address headerKey) external;

    /// @notice Puts a successor that is due into the slot; does nothing otherwise. Anyone may call.
    function enactSuccessor() external;

    /// @notice Starts a new epoch, so that headers signed without an overdue message no longer bind. Only the slot's holder, once
    /// a message is overdue.
    function restart() external;
}
