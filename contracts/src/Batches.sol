// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Inbox} from "./Inbox.sol";
import {Params} from "./Params.sol";
import {SequencerSlot} from "./SequencerSlot.sol";
import {Vault} from "./Vault.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {ITransition} from "./interfaces/ITransition.sol";
import {IVault} from "./interfaces/IVault.sol";

/// @title What a deployment is made of, and the batches it holds
/// @notice Described in `IRollup`. The parts of the Rollup that add and remove batches build on this one.
abstract contract Batches is IRollup, SequencerSlot {
    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// @inheritdoc IRollup
    IInbox public immutable inbox;
    /// @inheritdoc IRollup
    IVault public immutable vault;
    /// @inheritdoc IRollup
    ITransition public immutable transition;
    /// @inheritdoc IRollup
    address public immutable token;
    /// @inheritdoc IRollup
    address public immutable timelock;
    /// @inheritdoc IRollup
    bytes32 public immutable genesisRoot;
    /// @inheritdoc IRollup
    uint256 public immutable deploymentBlock;
    /// @inheritdoc IRollup
    address public immutable predecessor;
    /// @inheritdoc IRollup
    uint40 public immutable challengeWindow;
    /// @inheritdoc IRollup
    bytes32 public immutable configHash;
    /// @inheritdoc IRollup
    bytes32 public immutable domainSeparator;

    /// @inheritdoc IRollup
    uint256 public tip;
    mapping(uint256 batchId => Batch) internal _batches;

    modifier whileRunning() {
        _requireRunning();
        _;
    }

    constructor(Config memory config) SequencerSlot(config.sequencer, config.headerKey) {
        if (config.challengeWindow == 0 || config.challengeWindow > Params.MAX_CHALLENGE_WINDOW) {
            revert ChallengeWindowOutOfRange(config.challengeWindow, Params.MAX_CHALLENGE_WINDOW);
        }
        if (config.transition.code.length == 0) revert TransitionMissing(config.transition);
        token = config.token;
        timelock = config.timelock;
        transition = ITransition(config.transition);
        genesisRoot = config.genesisRoot;
        deploymentBlock = block.number;
        predecessor = config.predecessor;
        challengeWindow = config.challengeWindow;
        configHash = keccak256(abi.encode(Params.list(config.challengeWindow), config.transition.codehash));
        domainSeparator = keccak256(
            abi.encode(DOMAIN_TYPE_HASH, keccak256("Tributary"), keccak256("1"), block.chainid, address(this))
        );
        inbox = new Inbox();
        vault = new Vault(inbox, IERC20Metadata(config.token));
        _batches[0].commitment = keccak256(abi.encodePacked(config.genesisRoot));
        _batches[0].stateRoot = config.genesisRoot;
    }

    /// @inheritdoc IRollup
    function constants() external view returns (uint256[] memory) {
        return Params.list(challengeWindow);
    }

    /// @inheritdoc IRollup
    function batch(uint256 batchId) public view returns (Batch memory) {
        if (batchId > tip) revert BatchUnknown(batchId, tip);
        return _batches[batchId];
    }

    /// @inheritdoc IRollup
    function posterOf(uint256 batchId) external view returns (address) {
        return epochPoster[batch(batchId).epoch];
    }

    /// @inheritdoc IRollup
    function inboxCursor() public view returns (uint256) {
        return _batches[tip].inboxIndex;
    }

    /// @inheritdoc IRollup
    function isFinalized(uint256 batchId) public view returns (bool) {
        return batchId <= tip && block.timestamp >= _finalizedAt(_batches[batchId].postedAt);
    }

    /// @inheritdoc IRollup
    function finalizedBatch(uint256 batchId) public view returns (Batch memory found) {
        found = batch(batchId);
        uint256 finalizedAt = _finalizedAt(found.postedAt);
        if (block.timestamp < finalizedAt) revert BatchNotFinalized(batchId, finalizedAt);
    }

    /// @inheritdoc IRollup
    function freeze(uint256 lastFinalizedBatch) external whileRunning {
        Batch memory last = finalizedBatch(lastFinalizedBatch);
        if (isFinalized(lastFinalizedBatch + 1)) revert BatchNotLast(lastFinalizedBatch);
        uint256 freezableAt = type(uint256).max;
        if (last.inboxIndex < inbox.count()) {
            freezableAt = inbox.checkpoint(uint256(last.inboxIndex) + 1).enqueuedAt + Params.FREEZE_SECONDS;
        }
        if (block.timestamp < freezableAt) revert NotFreezable(block.timestamp, freezableAt);
        frozen = true;
        tip = lastFinalizedBatch;
        emit Frozen(lastFinalizedBatch, last.stateRoot);
    }

    function _requireRunning() private view {
        if (frozen) revert RollupFrozen();
    }

    function _oldestWaiting() internal view override returns (bool isWaiting, uint256 since) {
        uint256 cursor = inboxCursor();
        if (cursor == inbox.count()) return (false, 0);
        return (true, Math.max(inbox.checkpoint(cursor + 1).enqueuedAt, lastRollbackAt));
    }

    function _finalizedAt(uint256 postedAt) internal view override returns (uint256) {
        return postedAt + challengeWindow;
    }
}
