// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EscapeBase} from "./EscapeBase.sol";
import {StateTree} from "./StateTree.sol";
import {IVault} from "../src/interfaces/IVault.sol";

/// @notice A state that takes deposits in, moves money about and pays withdrawals until the rollup freezes; then everyone leaves, in
/// any order. Each `settle` is a batch that becomes final, so `records` are those of the last final state.
contract EscapeHandler is EscapeBase {
    uint256 internal constant MAX_RECORDS = 4;

    /// @dev Deposits that no batch consumed, as amounts in Gwei; `inbox` numbers from `consumed` on.
    uint64[] internal pending;
    uint256 internal consumed;
    uint256 internal lastBatch;
    uint256 public depositedGwei;
    uint256 public paidGwei;
    uint256 public doublePayments;
    bool public isFrozen;

    mapping(bytes32 claim => bool) internal paid;

    constructor() {
        deploy();
        setTreasury(0);
        lastBatch = finalizeState(0);
    }

    function deployed() external view returns (IVault, IERC20) {
        return (vault, token);
    }

    // While it runs

    function depositSome(uint64 amount) external {
        if (isFrozen || pending.length == MAX_RECORDS) return;
        depositGwei(uint64(bound(amount, 1_000_000, 10 ** 12)));
    }

    function depositGwei(uint64 amount) internal {
        deposit(amount);
        pending.push(amount);
        depositedGwei += amount;
    }

    /// @notice A batch takes all deposits in and moves parts of the balances to where they may lie; it becomes final.
    function settle(uint256 seed) external {
        if (isFrozen) return;
        uint256 count = pending.length;
        for (uint256 i = 0; i < count; i++) {
            if (records[ACCOUNTS].length < MAX_RECORDS) addAccount(ownerOf(records[ACCOUNTS].length), 0, 0, 0);
            add(seed, pending[i]);
        }
        delete pending;
        consumed += count;
        lastBatch = finalizeState(count);
    }

    /// @dev Spreads a deposit over the tables; each record is the account's with the same number, or account 0's.
    function add(uint256 seed, uint64 amount) internal {
        uint64 part = amount / 7;
        uint256 account = seed % records[ACCOUNTS].length;
        if (records[DATANETS].length < MAX_RECORDS) {
            addDatanet(account, part, part);
            addContribution(account, part, 0, part);
            addModel(account, 0, part);
            addWithdrawal(StateTree.Withdrawal(ownerOf(account), part, uint48(account), 7));
        } else {
            records[ACCOUNTS][account][1] = grown(records[ACCOUNTS][account][1], 6 * part);
        }
        // The rest of the division goes to the treasury.
        system[0] = words(low(system[0], 0) + amount - 6 * part, 12, 1_800_000_000, 3);
    }

    function grown(bytes32 chunk, uint64 more) internal pure returns (bytes32) {
        return words(low(chunk, 0), low(chunk, 1) + more, low(chunk, 2), low(chunk, 3));
    }

    function low(bytes32 chunk, uint256 i) internal pure returns (uint64) {
        return uint64(StateTree.reversed((uint256(chunk) >> (192 - 64 * i)) & type(uint64).max));
    }

    function freezeSome(uint256 seed) external {
        if (isFrozen || uint256(keccak256(abi.encode(seed))) % 8 != 0) return;
        depositGwei(1_000_000);
        vm.warp(block.timestamp + 30 days);
        rollup.freeze(lastBatch);
        isFrozen = true;
    }

    // Ways out

    function withdrawSome(uint256 seed) external {
        if (records[WITHDRAWALS].length == 0) return;
        uint256 i = seed % records[WITHDRAWALS].length;
        bytes32[4] memory record = records[WITHDRAWALS][i];
        (uint64 amount, uint48 account) = (low(record[1], 0), uint48(low(record[1], 1) - 1));
        bytes32[] memory proof = proofOf(WITHDRAWALS, i);
        address recipient = address(bytes20(record[0]));
        attempt(
            WITHDRAWALS,
            i,
            amount,
            abi.encodeCall(vault.withdraw, (lastBatch, uint48(i), recipient, amount, account, 7, proof))
        );
    }

    function escapeAccountSome(uint256 seed) external {
        if (!isFrozen || records[ACCOUNTS].length == 0) return;
        uint256 i = seed % records[ACCOUNTS].length;
        bytes memory data = abi.encodeCall(vault.escapeAccount, (uint48(i), records[ACCOUNTS][i], proofOf(ACCOUNTS, i)));
        attempt(ACCOUNTS, i, low(records[ACCOUNTS][i][1], 1), data);
    }

    function escapeEarningsSome(uint256 seed) external {
        uint256 field = 1 + seed % 3;
        if (!isFrozen || records[field].length == 0) return;
        uint256 i = (seed / 3) % records[field].length;
        bytes32[4] memory record = records[field][i];
        uint256 account = low(record[1], field == CONTRIBUTIONS ? 1 : 0) - 1;
        bytes32[] memory proof = proofOf(field, i);
        bytes32[] memory accountProof = proofOf(ACCOUNTS, account);
        bytes memory data = abi.encodeCall(
            vault.escapeEarnings,
            (field, uint48(i), record, proof, uint48(account), records[ACCOUNTS][account], accountProof)
        );
        attempt(field, i, held(field, record), data);
    }

    function held(uint256 field, bytes32[4] memory record) internal pure returns (uint256) {
        if (field == DATANETS) return low(record[1], 2) + low(record[1], 3);
        if (field == CONTRIBUTIONS) return low(record[2], 1) + low(record[2], 2) + low(record[2], 3);
        return low(record[3], 0) + low(record[3], 1);
    }

    function escapeTreasurySome() external {
        if (!isFrozen) return;
        attempt(6, 0, low(system[0], 0), abi.encodeCall(vault.escapeTreasury, (system, systemProof())));
    }

    function refundSome(uint256 seed) external {
        if (!isFrozen) return;
        uint256 i = seed % pending.length;
        bytes memory message = abi.encodePacked(uint8(128), USER, uint48(0), pending[i]);
        attempt(7, consumed + i, pending[i], abi.encodeCall(vault.refundDeposit, (consumed + i, message)));
    }

    /// @dev Each claim is paid exactly at its first attempt.
    function attempt(uint256 kind, uint256 index, uint256 amount, bytes memory data) internal {
        bytes32 claim = keccak256(abi.encode(kind, index));
        (bool ok,) = address(vault).call(data);
        if (ok == paid[claim]) doublePayments++;
        if (ok) paidGwei += amount;
        paid[claim] = true;
    }

    function ownerOf(uint256 account) internal pure returns (address) {
        return address(uint160(0xACC0 + account));
    }

    // For the invariants

    /// @notice All that can still be claimed once the rollup is frozen.
    function claimable() external view returns (uint256 sum) {
        for (uint256 field = 0; field < 6; field++) {
            for (uint256 i = 0; i < records[field].length; i++) {
                if (paid[keccak256(abi.encode(field, i))]) continue;
                bytes32[4] memory record = records[field][i];
                if (field == ACCOUNTS) sum += low(record[1], 1);
                else if (field == WITHDRAWALS) sum += low(record[1], 0);
                else sum += held(field, record);
            }
        }
        if (!paid[keccak256(abi.encode(uint256(6), uint256(0)))]) sum += low(system[0], 0);
        for (uint256 i = 0; i < pending.length; i++) {
            if (!paid[keccak256(abi.encode(uint256(7), consumed + i))]) sum += pending[i];
        }
    }
}
