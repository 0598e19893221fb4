// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LedgerTransition} from "./LedgerTransition.sol";
import {DevToken} from "../src/DevToken.sol";
import {Params} from "../src/Params.sol";
import {Rollup} from "../src/Rollup.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IRollup} from "../src/interfaces/IRollup.sol";
import {IVault} from "../src/interfaces/IVault.sol";

/// @notice The part of forge's cheat codes that these tests use.
interface Vm {
    function prank(address sender) external;
    function prank(address sender, address origin) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function expectRevert(bytes calldata revertData) external;
    function expectRevert() external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);
    function deal(address who, uint256 balance) external;
    function etch(address who, bytes calldata code) external;
    function store(address target, bytes32 slot, bytes32 value) external;
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function assume(bool condition) external pure;
}

/// @notice Assertions, helpers and one deployed rollup with a bonded sequencer.
abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    bool public constant IS_TEST = true;

    uint40 internal constant WINDOW = 7 days;
    uint256 internal constant START = 1_800_000_000;
    bytes32 internal constant GENESIS_ROOT = keccak256(new bytes(128)); // of LedgerTransition

    address internal constant SEQUENCER = address(0x5E0);
    /// @dev The address of HEADER_SECRET.
    address internal constant HEADER_KEY = 0x8E4CDdc803690bfCE147AC6B2Bb99BF615D65147;
    uint256 internal constant HEADER_SECRET = 0x4EA;
    address internal constant TIMELOCK = address(0x71E);
    address internal constant OPENER = address(0x09E4);
    address internal constant USER = address(0xA11CE);

    DevToken internal token;
    Rollup internal rollup;
    IInbox internal inbox;
    IVault internal vault;
    LedgerTransition internal transition;

    function deploy() internal {
        vm.warp(START);
        token = new DevToken(10 ** 30);
        transition = new LedgerTransition();
        rollup = new Rollup(config());
        inbox = rollup.inbox();
        vault = rollup.vault();
        bondAs(SEQUENCER, 10 ether);
        vm.deal(address(this), 10 ** 30);
        token.approve(address(vault), type(uint256).max);
    }

    function config() internal view returns (IRollup.Config memory) {
        return IRollup.Config({
            token: address(token),
            timelock: TIMELOCK,
            sequencer: SEQUENCER,
            headerKey: HEADER_KEY,
            genesisRoot: GENESIS_ROOT,
            transition: address(transition),
            challengeWindow: WINDOW,
            predecessor: address(0)
        });
    }

    // Actions

    function bondAs(address who, uint256 amount) internal {
        vm.deal(who, who.balance + amount);
        vm.prank(who);
        rollup.bond{value: amount}();
    }

    function enqueueForced() internal returns (uint256 index) {
        return inbox.enqueueForced{value: inbox.fee()}(hex"01");
    }

    function enqueueForced(uint256 count) internal {
        for (uint256 i = 0; i < count; i++) {
            enqueueForced();
        }
    }

    function deposit(uint256 amountGwei) internal returns (uint256 index) {
        return vault.deposit{value: inbox.fee()}(amountGwei * vault.scale(), USER, 0);
    }

    function deposits(uint256 count) internal {
        for (uint256 i = 0; i < count; i++) {
            deposit(Params.MIN_DEPOSIT_GWEI);
        }
    }

    /// @notice Posts on the tip, with the accumulator that the batch needs.
    function postAs(address who, uint256 consumed, bytes memory blocks) internal returns (uint256 batchId) {
        bytes32 parent = tipCommitment();
        bytes32 acc = accAfter(consumed);
        vm.prank(who, who);
        return rollup.postBatch(parent, acc, blocks);
    }

    function post(bytes memory blocks) internal returns (uint256 batchId) {
        return postAs(SEQUENCER, 0, blocks);
    }

    /// @notice Posts and expects this revert.
    function postReverts(address who, uint256 consumed, bytes memory blocks, bytes memory revertData) internal {
        bytes32 parent = tipCommitment();
        bytes32 acc = accAfter(consumed);
        vm.expectRevert(revertData);
        vm.prank(who, who);
        rollup.postBatch(parent, acc, blocks);
    }

    function tipCommitment() internal view returns (bytes32) {
        return rollup.batch(rollup.tip()).commitment;
    }

    /// @notice Accumulator after `consumed` more messages than the tip, as far as there are that many.
    function accAfter(uint256 consumed) internal view returns (bytes32) {
        uint256 end = rollup.inboxCursor() + consumed;
        return end > inbox.count() ? bytes32(0) : inbox.checkpoint(end).acc;
    }

    // Blocks

    function blockBytes(bytes32 root, uint256 timestamp, uint256 inboxCount, bytes memory content)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(root, uint40(timestamp), uint16(inboxCount), uint40(7), content);
    }

    function framed(bytes memory block_) internal pure returns (bytes memory) {
        return abi.encodePacked(uint16(block_.length), block_);
    }

    /// @notice A batch of one block of now.
    function oneBlock(uint256 inboxCount) internal view returns (bytes memory) {
        return framed(blockBytes(keccak256("root"), block.timestamp, inboxCount, hex"c0ffee"));
    }

    /// @notice `count` blocks of now that consume `each` messages.
    function manyBlocks(uint256 count, uint256 each, bytes memory content) internal view returns (bytes memory blocks) {
        bytes memory one = framed(blockBytes(keccak256("root"), block.timestamp, each, content));
        blocks = new bytes(one.length * count);
        for (uint256 i = 0; i < blocks.length; i++) {
            blocks[i] = one[i % one.length];
        }
    }

    function filled(uint256 length) internal pure returns (bytes memory content) {
        content = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            content[i] = bytes1(uint8(i % 255 + 1));
        }
    }

    // Assertions

    error NotEqual(uint256 left, uint256 right);
    error NotEqualBytes(bytes32 left, bytes32 right);
    error NotTrue(string what);

    function assertEq(uint256 left, uint256 right) internal pure {
        if (left != right) revert NotEqual(left, right);
    }

    function assertEq(bytes32 left, bytes32 right) internal pure {
        if (left != right) revert NotEqualBytes(left, right);
    }

    function assertEq(address left, address right) internal pure {
        assertEq(uint256(uint160(left)), uint256(uint160(right)));
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }

    receive() external payable {}
}
