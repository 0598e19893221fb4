// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "../Bytes.sol";
import {Eip712} from "../Eip712.sol";
import {Limits} from "../Limits.sol";
import {Bounds} from "../Meter.sol";
import {Split} from "../Split.sol";
import {Verdicts} from "../Verdicts.sol";
import {Words} from "../Words.sol";
import {Account} from "../state/Account.sol";
import {Attribution} from "../state/Attribution.sol";
import {Contribution} from "../state/Contribution.sol";
import {Model} from "../state/Model.sol";
import {Context, State, States} from "../state/State.sol";
import {System} from "../state/System.sol";
import {Tables} from "../tree/Table.sol";
import {AttributeRoots} from "./AttributeRoots.sol";
import {Body} from "./Body.sol";
import {OutputRecord} from "./OutputRecord.sol";

/// @title Attribute: for outputs of a model, which contributions each drew on, with the fee that pays them. The hot path
/// @notice Records are independent, so a bad one charges nothing and stops no other. As `protocol/transactions/attribute.ts`. What
/// takes `committed` serves AttributeCommitted too: two forms of record, one outcome.
library Attribute {
    bytes32 private constant TYPE_HASH = keccak256(
        "Attribute(uint64 account,uint64 nonce,uint64 model,bytes32 artifactRoot,uint16 ownerBps,uint8 method,bytes32 evidenceRoot,uint16 records,uint64 fees,bytes32 recordsRoot)"
    );
    uint256 private constant MODEL = 3;
    uint256 private constant ARTIFACT_ROOT = 4;
    uint256 private constant OWNER_BPS = 5;
    uint256 private constant METHOD = 6;
    uint256 private constant EVIDENCE_ROOT = 7;
    uint256 private constant COUNT = 8; // of records
    uint256 private constant FEES = 9; // their sum
    uint256 private constant RECORDS_ROOT = 10;
    uint256 private constant WORDS = 11;
    uint256 internal constant OUTPUTS_ROOT = 11; // the struct's last word in AttributeCommitted, unused here
    // behind the struct
    uint256 private constant SHARES = 12; // of all records
    uint256 private constant RECORDS = 13;

    /// @notice Nodes hashed per record: share list, signed record with identities, attribution leaf.
    uint256 internal constant HASHES_PER_RECORD = 4 + 20 + 3;

    /// @notice What the records of one transaction have in common.
    /// @dev The order of the fields is used in assembly.
    struct Rules {
        uint256 datanet0; // the model's datanets as words of references, as they stand in records
        uint256 datanet1;
        uint256 datanet2;
        uint256 datanet3;
        uint256 trainedAt; // contributions below this index are old enough
        uint256 purpose;
        uint256 protocolBps;
        uint256 ownerBps;
        uint256 protocolSum; // Gwei for the treasury so far
        uint256 modelSum; // Gwei for the model so far
    }

    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 body, uint256 next) {
        return decodeForm(cursor, end, TYPE_HASH, false);
    }

    function decodeForm(uint256 cursor, uint256 end, bytes32 typeHash, bool committed)
        internal
        pure
        returns (uint256 body, uint256 next)
    {
        body = Body.create(typeHash, RECORDS);
        uint256 value;
        (value, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
        Body.set(body, MODEL, value);
        (value, cursor) = Bytes.uint8At(cursor);
        Body.set(body, METHOD, value);
        bytes32 root;
        (root, cursor) = Bytes.bytes32At(cursor);
        Body.setBytes32(body, EVIDENCE_ROOT, root);
        if (committed) {
            (root, cursor) = Bytes.bytes32At(cursor);
            Body.setBytes32(body, OUTPUTS_ROOT, root);
        }
        (value, cursor) = Bytes.varint(cursor, Limits.MAX_RECORDS);
        if (value == 0) return (body, Bytes.MALFORMED);
        Body.set(body, COUNT, value);
        uint256 shares;
        (value, shares, next) = OutputRecord.decode(cursor, end, value, committed);
        Body.set(body, FEES, value);
        Body.set(body, SHARES, shares);
    }

    function bound(uint256 body) internal pure returns (uint256) {
        unchecked {
            return Bounds.NAMED_ACCOUNT + Bounds.NAMED_MODEL + Body.get(body, SHARES) * Bounds.NAMED_CONTRIBUTION
                + Body.get(body, COUNT) * (Bounds.APPENDED_ATTRIBUTION + HASHES_PER_RECORD * Bounds.HASH);
        }
    }

    function hashStruct(State memory state, uint256 body) internal view returns (bytes32) {
        return hashForm(state, body, WORDS);
    }

    /// @notice The struct's hash, of its first `words` words.
    function hashForm(State memory state, uint256 body, uint256 words) internal view returns (bytes32) {
        uint256 model = Tables.find(state.models, Body.get(body, MODEL));
        if (model != 0) {
            Body.setBytes32(body, ARTIFACT_ROOT, Words.chunk(model, 0));
            Body.set(body, OWNER_BPS, Model.ownerBps(Model.terms(model)));
        }
        uint256 firstRecord = body + RECORDS * 32;
        Body.setBytes32(body, RECORDS_ROOT, AttributeRoots.recordsRoot(state, firstRecord, Body.get(body, COUNT)));
        return Eip712.hashWords(body, words);
    }

    /// @notice Pushes the transaction's verdict and, if it is `Ok`, the records' own.
    function apply_(Context memory context, uint256 body, bool committed) internal view {
        unchecked {
            State memory state = context.state;
            uint256 model = Tables.find(state.models, Body.get(body, MODEL));
            if (model == 0) return States.push(state, Verdicts.UNKNOWN_MODEL);
            uint256 terms = Model.terms(model);
            if (Model.retired(terms)) return States.push(state, Verdicts.MODEL_RETIRED);
            States.push(state, Verdicts.OK);
            Rules memory rules = rulesOf(state, model, terms);
            uint256 record = body + RECORDS * 32;
            uint256 count = Body.get(body, COUNT);
            for (uint256 i = 0; i < count; i++) {
                uint256 verdict = checkRecord(context, record, rules);
                if (verdict == Verdicts.OK) {
                    uint256 pool = pay(context.sender, record, rules);
                    appendLeaf(context, body, record, pool, committed ? i + 1 : 0);
                }
                States.push(state, verdict);
                record += (OutputRecord.FIRST_SHARE + Body.get(record, OutputRecord.SHARE_COUNT)) * 32;
            }
            Words.add(state.system, System.TREASURY, rules.protocolSum);
            Words.addTwice(model, Model.EARNED, Model.LIFETIME, rules.modelSum);
        }
    }

    function rulesOf(State memory state, uint256 model, uint256 terms) private pure returns (Rules memory rules) {
        bool live = Model.live(terms);
        rules.datanet0 = datanetOf(model, 0);
        rules.datanet1 = datanetOf(model, 1);
        rules.datanet2 = datanetOf(model, 2);
        rules.datanet3 = datanetOf(model, 3);
        rules.trainedAt = live ? Limits.MAX_INDEX + 1 : Words.get(model, Model.TRAINED_AT);
        rules.purpose = live ? 2 : 1;
        rules.protocolBps = Words.get(state.system, System.PROTOCOL_BPS);
        rules.ownerBps = Model.ownerBps(terms);
    }

    /// @notice A datanet of the model as its reference stands in records; something that none is when there is none.
    function datanetOf(uint256 model, uint256 i) private pure returns (uint256 ref) {
        ref = Words.raw(model, Model.DATANET_REFS + i);
        if (ref == 0) ref = type(uint256).max;
    }

    /// @notice The order of these checks is consensus.
    function checkRecord(Context memory context, uint256 record, Rules memory rules) private pure returns (uint256) {
        unchecked {
            uint256 place = record + OutputRecord.FIRST_SHARE * 32;
            uint256 last = place + Body.get(record, OutputRecord.SHARE_COUNT) * 32;
            for (place = skipGood(place, last, rules); place < last; place = skipGood(place + 32, last, rules)) {
                uint256 share = Body.get(place, 0);
                uint256 index = (share >> 16) & Limits.MAX_INDEX;
                uint256 contribution = share >> 64;
                if (contribution == 0) {
                    // Not signed, so not found before; or there is none.
                    contribution = Tables.find(context.state.contributions, index);
                    if (contribution == 0) return Verdicts.UNKNOWN_CONTRIBUTION;
                    Body.set(place, 0, share | (contribution << 64));
                }
                uint256 verdict = checkShare(contribution, index, context.state.timestamp, rules);
                if (verdict != Verdicts.OK) return verdict;
            }
            if (Words.get(context.sender, Account.BALANCE) < Body.get(record, OutputRecord.FEE)) {
                return Verdicts.INSUFFICIENT_BALANCE;
            }
            return context.state.attributions.length > Limits.MAX_INDEX ? Verdicts.TABLE_FULL : Verdicts.OK;
        }
    }

    /// @notice The first share from `place` on that needs a closer look: its contribution was not found yet, does not obviously pass, or has
    /// an expiry or a revocation. Most need none.
    function skipGood(uint256 place, uint256 last, Rules memory rules) private pure returns (uint256) {
        assembly ("memory-safe") {
            for {} lt(place, last) { place := add(place, 0x20) } {
                let contribution := shr(64, mload(place))
                if iszero(contribution) { break }
                if shr(192, or(mload(add(contribution, 0x40)), mload(add(contribution, 0x60)))) { break } // expiresAt, revokedAt
                let words := mload(add(contribution, 0x20)) // datanet, contributor, parent, terms: kind, status, purposes, ...
                if iszero(eq(byte(25, words), 1)) { break } // accepted
                if iszero(and(byte(26, words), mload(add(rules, 0xa0)))) { break }
                if iszero(lt(and(shr(16, mload(place)), 0xffffffffffff), mload(add(rules, 0x80)))) { break }
                words := shr(192, words)
                if eq(words, mload(rules)) { continue }
                if eq(words, mload(add(rules, 0x20))) { continue }
                if eq(words, mload(add(rules, 0x40))) { continue }
                if eq(words, mload(add(rules, 0x60))) { continue }
                break
            }
        }
        return place;
    }

    function checkShare(uint256 contribution, uint256 index, uint256 timestamp, Rules memory rules)
        private
        pure
        returns (uint256)
    {
        if (Contribution.isClosed(contribution, timestamp)) return Verdicts.CONTRIBUTION_CLOSED;
        // Words 4 to 7 as they stand: datanet, contributor, parent, terms; the bytes of the last are kind, status, purposes, ...
        uint256 words = uint256(Words.chunk(contribution, 1));
        if ((words >> 48) & 0xff != Contribution.ACCEPTED) return Verdicts.CONTRIBUTION_PENDING;
        if ((words >> 40) & rules.purpose == 0) return Verdicts.PURPOSE_NOT_ALLOWED;
        words >>= 192;
        if (words != rules.datanet0 && words != rules.datanet1 && words != rules.datanet2 && words != rules.datanet3) {
            return Verdicts.WRONG_DATANET;
        }
        return index < rules.trainedAt ? Verdicts.OK : Verdicts.CONTRIBUTION_TOO_YOUNG;
    }

    /// @notice Takes the fee and divides it; returns the contributors' part.
    function pay(uint256 sender, uint256 record, Rules memory rules) private pure returns (uint256 pool) {
        unchecked {
            uint256 fee = Body.get(record, OutputRecord.FEE);
            if (fee == 0) return 0;
            Words.subtract(sender, Account.BALANCE, fee);
            uint256 protocol;
            uint256 model;
            (protocol, model, pool) = Split.splitFee(fee, rules.protocolBps, rules.ownerBps);
            uint256 count = Body.get(record, OutputRecord.SHARE_COUNT);
            rules.protocolSum += protocol;
            rules.modelSum += model;
            if (count == 0) rules.protocolSum += pool;
            else Split.splitPool(pool, record + OutputRecord.FIRST_SHARE * 32, count);
        }
    }

    /// @notice `place` is the record's position in its transaction, plus one, where the outputs are committed to; else 0.
    function appendLeaf(Context memory context, uint256 body, uint256 record, uint256 pool, uint256 place)
        private
        view
    {
        unchecked {
            State memory state = context.state;
            bytes32 detail = Words.chunkOf(
                Body.get(body, MODEL) + 1,
                context.account + 1,
                Body.get(record, OutputRecord.FEE) | (pool << 32),
                state.timestamp | (Body.get(body, METHOD) << 40) | (place << 48)
            );
            bytes32 leaf = Attribution.leaf(
                bytes32(place == 0 ? Body.get(record, OutputRecord.OUTPUT) : Body.get(body, OUTPUTS_ROOT)),
                bytes32(Body.get(body, EVIDENCE_ROOT)),
                detail,
                AttributeRoots.sharesRoot(record, state.zeros)
            );
            Tables.appendLeaf(state.attributions, leaf);
        }
    }
}
