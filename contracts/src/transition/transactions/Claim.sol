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
import {Contribution} from "../state/Contribution.sol";
import {Datanet} from "../state/Datanet.sol";
import {Model} from "../state/Model.sol";
import {Context, State, States} from "../state/State.sol";
import {System} from "../state/System.sol";
import {Tables} from "../tree/Table.sol";
import {Body} from "./Body.sol";

/// @title Claim: moves what records earned to their owners, passing the parts of parents and curators one step up
/// @notice Anyone may send it for any record: who is paid follows from state. Items are independent. As
/// `protocol/transactions/claim.ts`. References lead to records in every state of honest blocks; where one leads nowhere, nobody is
/// credited.
library Claim {
    bytes32 private constant TYPE_HASH =
        keccak256("Claim(uint64 account,uint64 nonce,Item[] items)Item(uint8 table,uint64 index)");
    bytes32 private constant ITEM_TYPE_HASH = keccak256("Item(uint8 table,uint64 index)");
    uint256 private constant ITEMS_HASH = 3;
    uint256 private constant WORDS = 4;
    // behind the struct
    uint256 private constant COUNT = 4;
    uint256 private constant BOUND = 5;
    uint256 private constant ITEMS = 6;

    // an item, laid out as its struct is encoded
    uint256 private constant TABLE = 1; // 0 contributions, 1 datanets, 2 models
    uint256 private constant INDEX = 2;
    uint256 private constant ITEM_WORDS = 3;

    function decode(uint256 cursor, uint256 end) internal pure returns (uint256 body, uint256 next) {
        unchecked {
            body = Body.create(TYPE_HASH, ITEMS);
            uint256 count;
            (count, cursor) = Bytes.varint(cursor, Limits.MAX_ITEMS);
            if (count == 0 || cursor > end) return (body, Bytes.MALFORMED);
            Body.set(body, COUNT, count);
            uint256 item = Body.allocate(count * ITEM_WORDS);
            uint256 bound_ = Bounds.NAMED_ACCOUNT;
            for (uint256 i = 0; i < count && cursor <= end; i++) {
                uint256 table;
                uint256 index;
                (table, cursor) = Bytes.uint8At(cursor);
                if (table > 2) return (body, Bytes.MALFORMED);
                (index, cursor) = Bytes.varint(cursor, Limits.MAX_INDEX);
                Body.setBytes32(item, 0, ITEM_TYPE_HASH);
                Body.set(item, TABLE, table);
                Body.set(item, INDEX, index);
                item += ITEM_WORDS * 32;
                bound_ += Bounds.NAMED_ACCOUNT;
                if (table == 0) bound_ += 2 * Bounds.NAMED_CONTRIBUTION + Bounds.NAMED_DATANET;
                else if (table == 1) bound_ += Bounds.NAMED_DATANET;
                else bound_ += 2 * Bounds.NAMED_MODEL;
            }
            Body.set(body, BOUND, bound_);
            return (body, cursor);
        }
    }

    function bound(uint256 body) internal pure returns (uint256) {
        return Body.get(body, BOUND);
    }

    function hashStruct(uint256 body) internal pure returns (bytes32) {
        unchecked {
            uint256 count = Body.get(body, COUNT);
            uint256 hashes = Body.allocate(count);
            for (uint256 i = 0; i < count; i++) {
                Body.setBytes32(hashes, i, Eip712.hashWords(body + (ITEMS + i * ITEM_WORDS) * 32, ITEM_WORDS));
            }
            Body.setBytes32(body, ITEMS_HASH, Eip712.hashWords(hashes, count));
            return Eip712.hashWords(body, WORDS);
        }
    }

    /// @notice Pushes the verdict `Ok` and the items' own.
    function apply_(Context memory context, uint256 body) internal pure {
        unchecked {
            State memory state = context.state;
            uint256 minimum = Words.get(state.system, System.MINIMUM_CLAIM);
            uint256 count = Body.get(body, COUNT);
            States.push(state, Verdicts.OK);
            for (uint256 i = 0; i < count; i++) {
                uint256 item = body + (ITEMS + i * ITEM_WORDS) * 32;
                (uint256 table, uint256 index) = (Body.get(item, TABLE), Body.get(item, INDEX));
                uint256 verdict;
                if (table == 0) verdict = claimContribution(state, index, minimum);
                else if (table == 1) verdict = claimDatanet(state, index, minimum);
                else verdict = claimModel(state, index, minimum);
                States.push(state, verdict);
            }
        }
    }

    function claimContribution(State memory state, uint256 index, uint256 minimum) private pure returns (uint256) {
        unchecked {
            uint256 contribution = Tables.find(state.contributions, index);
            if (contribution == 0) return Verdicts.UNKNOWN_CONTRIBUTION;
            uint256 earned = Words.get(contribution, Contribution.EARNED);
            uint256 total = earned + Words.get(contribution, Contribution.INHERITED);
            bool closed = Contribution.isClosed(contribution, state.timestamp);
            uint256 due = closed ? total + Words.get(contribution, Contribution.BOND) : total;
            if (due == 0 || (total < minimum && !closed)) return Verdicts.BELOW_MINIMUM_CLAIM;

            Words.set(contribution, Contribution.EARNED, 0);
            Words.set(contribution, Contribution.INHERITED, 0);
            if (closed) Words.set(contribution, Contribution.BOND, 0);
            due -= passUp(state, contribution, earned, total);
            uint256 contributor = Words.get(contribution, Contribution.CONTRIBUTOR_REF) - 1;
            credit(state, contributor, due);
            return Verdicts.OK;
        }
    }

    /// @notice The parts of `total` (of which `earned` was earned here) that go to the parent and to the datanet; returns their sum.
    function passUp(State memory state, uint256 contribution, uint256 earned, uint256 total)
        private
        pure
        returns (uint256)
    {
        unchecked {
            uint256 terms = Words.get(contribution, Contribution.TERMS);
            uint256 parentRef = Words.get(contribution, Contribution.PARENT_REF);
            uint256 lineage;
            if (parentRef != 0) {
                lineage = Split.upstreamPart(total, Contribution.lineageBps(terms));
                uint256 parent = Tables.find(state.contributions, parentRef - 1);
                if (parent != 0) Words.addTwice(parent, Contribution.INHERITED, Contribution.LIFETIME, lineage);
            }
            // Inherited amounts paid their curator part below already; rounding up twice must not pass the whole.
            uint256 curator = Split.upstreamPart(earned, Contribution.curatorBps(terms));
            if (curator > total - lineage) curator = total - lineage;
            uint256 datanet = Tables.find(state.datanets, Words.get(contribution, Contribution.DATANET_REF) - 1);
            if (datanet != 0) Words.addTwice(datanet, Datanet.EARNED, Datanet.LIFETIME, curator);
            return lineage + curator;
        }
    }

    function claimDatanet(State memory state, uint256 index, uint256 minimum) private pure returns (uint256) {
        unchecked {
            uint256 datanet = Tables.find(state.datanets, index);
            if (datanet == 0) return Verdicts.UNKNOWN_DATANET;
            bool closed = Datanet.closed(Datanet.policy(datanet));
            uint256 earned = Words.get(datanet, Datanet.EARNED);
            uint256 due = closed ? earned + Words.get(datanet, Datanet.BOND) : earned;
            if (due == 0 || (earned < minimum && !closed)) return Verdicts.BELOW_MINIMUM_CLAIM;
            Words.set(datanet, Datanet.EARNED, 0);
            if (closed) Words.set(datanet, Datanet.BOND, 0);
            credit(state, Datanet.owner(datanet), due);
            return Verdicts.OK;
        }
    }

    function claimModel(State memory state, uint256 index, uint256 minimum) private pure returns (uint256) {
        unchecked {
            uint256 model = Tables.find(state.models, index);
            if (model == 0) return Verdicts.UNKNOWN_MODEL;
            uint256 terms = Model.terms(model);
            bool retired = Model.retired(terms);
            uint256 earned = Words.get(model, Model.EARNED);
            uint256 due = retired ? earned + Words.get(model, Model.BOND) : earned;
            if (due == 0 || (earned < minimum && !retired)) return Verdicts.BELOW_MINIMUM_CLAIM;
            Words.set(model, Model.EARNED, 0);
            if (retired) Words.set(model, Model.BOND, 0);
            uint256 parentRef = Words.get(model, Model.PARENT_REF);
            uint256 royalty;
            if (parentRef != 0) {
                royalty = Split.upstreamPart(earned, Model.parentBps(terms));
                uint256 parent = Tables.find(state.models, parentRef - 1);
                if (parent != 0) Words.addTwice(parent, Model.EARNED, Model.LIFETIME, royalty);
            }
            credit(state, Model.owner(model), due - royalty);
            return Verdicts.OK;
        }
    }

    function credit(State memory state, uint256 index, uint256 amount) private pure {
        uint256 account = Tables.find(state.accounts, index);
        if (account != 0) Words.add(account, Account.BALANCE, amount);
    }
}
