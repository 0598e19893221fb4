// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice What a team would write to credit contributors on the host without a rollup: the operator sends the outputs of its
/// model in batches, each contribution's earnings are a storage slot, and an event keeps who was credited for what. A peer of
/// `npm run bench -- host.gas`, thrifty on purpose: nothing is stored for an output, and existence, owner and earnings of a
/// contribution share one slot.
contract Credits {
    struct Contribution {
        address contributor;
        uint96 earned;
    }

    struct Share {
        uint64 contribution;
        uint16 weight;
    }

    struct Output {
        bytes32 output;
        uint64 fee;
        Share[] shares;
    }

    error InsufficientBalance(uint256 balance, uint256 needed);
    error NoShares(bytes32 output);
    error NotContributor(uint256 contribution);
    error PaymentFailed();
    error UnknownContribution(uint256 contribution);

    event Attributed(bytes32 indexed output, uint256 indexed model, uint256 fee, Share[] shares);
    event Contributed(uint256 indexed contribution, address indexed contributor, bytes32 contentRoot);

    mapping(uint256 contribution => Contribution) public contributions;
    mapping(uint256 model => uint256) public modelEarned;
    mapping(address operator => uint256) public balances;
    uint256 public contributionCount;
    uint256 public treasury;

    uint256 private constant BPS = 10_000;
    uint256 private constant PROTOCOL_BPS = 500;
    uint256 private constant MODEL_BPS = 2_000;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function contribute(bytes32 contentRoot) external returns (uint256 contribution) {
        contribution = contributionCount++;
        contributions[contribution].contributor = msg.sender;
        emit Contributed(contribution, msg.sender, contentRoot);
    }

    function attribute(uint256 model, Output[] calldata outputs) external {
        uint256 fees;
        uint256 pools;
        uint256 protocolPart;
        for (uint256 i; i < outputs.length; ++i) {
            Output calldata record = outputs[i];
            uint256 protocolFee = (record.fee * PROTOCOL_BPS) / BPS;
            uint256 pool = ((record.fee - protocolFee) * (BPS - MODEL_BPS)) / BPS;
            _credit(record, pool);
            fees += record.fee;
            protocolPart += protocolFee;
            pools += pool;
            emit Attributed(record.output, model, record.fee, record.shares);
        }
        uint256 balance = balances[msg.sender];
        if (balance < fees) revert InsufficientBalance(balance, fees);
        unchecked {
            balances[msg.sender] = balance - fees;
        }
        treasury += protocolPart;
        modelEarned[model] += fees - protocolPart - pools;
    }

    function claim(uint256 contribution) external {
        Contribution storage work = contributions[contribution];
        if (work.contributor != msg.sender) revert NotContributor(contribution);
        uint256 amount = work.earned;
        work.earned = 0;
        (bool success,) = msg.sender.call{value: amount}("");
        if (!success) revert PaymentFailed();
    }

    function _credit(Output calldata record, uint256 pool) private {
        Share[] calldata shares = record.shares;
        if (shares.length == 0) revert NoShares(record.output);
        uint256 total;
        for (uint256 i; i < shares.length; ++i) {
            total += shares[i].weight;
        }
        uint256 rest = pool;
        for (uint256 i; i < shares.length; ++i) {
            uint256 part = i + 1 == shares.length ? rest : (pool * shares[i].weight) / total;
            rest -= part;
            Contribution memory work = contributions[shares[i].contribution];
            if (work.contributor == address(0)) revert UnknownContribution(shares[i].contribution);
            work.earned += uint96(part);
            contributions[shares[i].contribution] = work;
        }
    }
}
