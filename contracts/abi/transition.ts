// Generated from contracts/src/Transition.sol. Do not edit: run contracts/script/generateAbi.ts.
export const transitionAbi = [
  {"type":"function","name":"execute","inputs":[{"name":"input","type":"tuple","internalType":"struct BlockInput","components":[{"name":"preRoot","type":"bytes32","internalType":"bytes32"},{"name":"separator","type":"bytes32","internalType":"bytes32"},{"name":"timestamp","type":"uint40","internalType":"uint40"},{"name":"feeAccount","type":"uint40","internalType":"uint40"},{"name":"content","type":"bytes","internalType":"bytes"},{"name":"messages","type":"bytes[]","internalType":"bytes[]"}]},{"name":"witness","type":"bytes","internalType":"bytes"}],"outputs":[{"name":"postRoot","type":"bytes32","internalType":"bytes32"},{"name":"verdicts","type":"bytes","internalType":"bytes"}],"stateMutability":"view"},
  {"type":"error","name":"RecordMissing","inputs":[{"name":"field","type":"uint256","internalType":"uint256"},{"name":"index","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"RecordUntouched","inputs":[{"name":"field","type":"uint256","internalType":"uint256"},{"name":"index","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"WitnessLength","inputs":[]},
  {"type":"error","name":"WitnessOrder","inputs":[{"name":"field","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"WitnessTable","inputs":[{"name":"field","type":"uint256","internalType":"uint256"}]},
  {"type":"error","name":"WrongPreRoot","inputs":[{"name":"root","type":"bytes32","internalType":"bytes32"}]},
] as const;
export const transitionCodeHash = "0x572f7e4c8b717ff790ec8cd948ca3fc48de2c2ad218ee360c52d9736e3287e8e";
