/** One option of the command line; `value` names what it takes, a switch has none. */
export interface OptionSpec {
  name: string;
  value?: string;
  short?: string;
  /** The only values that it takes. */
  oneOf?: readonly string[];
  help: string;
}

export interface CommandSpec {
  name: string;
  /** Operands, as the help shows them. */
  operands: string;
  /** How many operands, at least and at most. */
  count: readonly [number, number];
  help: string;
  options: readonly OptionSpec[];
  /** It reads its own flags, `--help` too: all that stands behind its name is its own. */
  own?: true;
}

const MANY = Number.POSITIVE_INFINITY;
const skip: OptionSpec = {
  name: 'skip',
  value: 'ID,…',
  help: 'go on regardless of what these checks of the doctor find',
};
const yes: OptionSpec = { name: 'yes', short: 'y', help: 'do not ask before the plan is carried out' };

/** Every command, in the order of the help. Help, completion and parsing all come from this list. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'apply',
    operands: 'FILE…',
    count: [1, MANY],
    help: 'make it so: answer files, or one saved plan',
    options: [
      yes,
      { name: 'dry-run', help: 'stop after the checks, and say what would be done' },
      { name: 'resume', help: 'go on with the interrupted run of these answers, where there is one' },
      skip,
    ],
  },
  {
    name: 'plan',
    operands: 'FILE…',
    count: [1, MANY],
    help: 'show what apply would do',
    options: [
      { name: 'out', value: 'PLAN.json', help: 'save the plan; apply takes it while the facts are the same' },
      { name: 'exit-code', help: 'exit with 3 when there is something to do' },
      { name: 'verbose', short: 'v', help: 'show the exact calls of each step' },
      skip,
    ],
  },
  {
    name: 'destroy',
    operands: 'FILE…',
    count: [1, MANY],
    help: 'remove what these answers made',
    options: [yes, { name: 'dry-run', help: 'only say what would go' }],
  },
  {
    name: 'validate',
    operands: 'FILE…',
    count: [1, MANY],
    help: 'check answer files without a target',
    options: [],
  },
  { name: 'schema', operands: '', count: [0, 0], help: 'print the JSON Schema of answer files', options: [] },
  {
    name: 'doctor',
    operands: '',
    count: [0, 0],
    help: 'say what is wrong with the target, why, and mend it',
    options: [
      { name: 'only', value: 'ID,…', help: 'only these checks' },
      { name: 'skip', value: 'ID,…', help: 'all but these checks' },
      { name: 'list', help: 'list the checks' },
      { name: 'for', value: 'FILE', help: 'only what these answers need' },
      { name: 'fix', help: 'mend what can be mended, after a look at the changes' },
      { ...yes, help: 'with --fix: do not ask' },
      { name: 'strict', help: 'exit with 1 for warnings, too' },
      { name: 'html', value: 'OUT.html', help: 'write the report as one page to hand on' },
      { name: 'bundle', value: 'OUT.tgz', help: 'write what was read, without secrets, to hand on' },
      { name: 'verbose', short: 'v', help: 'show what passed, too' },
    ],
  },
  {
    name: 'runs',
    operands: '[list | show ID | resume ID | undo ID]',
    count: [0, 2],
    help: 'past runs: go on with them, or take them back',
    options: [yes],
  },
  {
    name: 'butane',
    operands: '[FILE]',
    count: [0, MANY],
    help: 'compile Butane to Ignition; see butane --help',
    options: [],
    own: true,
  },
  {
    name: 'kea',
    operands: 'agent | status | render | install | probe',
    count: [0, MANY],
    help: 'DHCP that gives guests the address in their config; see kea --help',
    options: [],
    own: true,
  },
  {
    name: 'image',
    operands: 'build | verify | boot | network | upload | list',
    count: [0, MANY],
    help: 'Proxmox VE images for MAAS, built on this machine and uploaded',
    options: [],
    own: true,
  },
  {
    name: 'import',
    operands: 'terraform DIR|FILE | machine-deployment FILE…',
    count: [1, MANY],
    help: 'print an answer file that asks for what another tool was told',
    options: [],
  },
  {
    name: 'sandbox',
    operands: 'start | status | reset | stop',
    count: [1, 1],
    help: 'the practice cluster: three simulated nodes on 127.0.0.1',
    options: [
      { name: 'port', value: 'N', help: 'listen there (default: any free port)' },
      {
        name: 'speed',
        value: 'FACTOR',
        help: 'tasks run this many times faster than on a real node (default: 5)',
      },
      { name: 'state', value: 'DIR', help: 'where its state lies (default: below the XDG state folder)' },
    ],
  },
  {
    name: 'completion',
    operands: 'bash | zsh | fish',
    count: [1, 1],
    help: 'print a completion script',
    options: [],
  },
];

/** Options that stand with every command. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'target', value: 'TARGET', help: 'local, sandbox, ssh://user@host[:port] or https://host[:8006]' },
  { name: 'identity', value: 'FILE', help: 'private key for ssh targets' },
  { name: 'insecure', help: 'do not check the certificate of an https target' },
  { name: 'non-interactive', help: 'with FILE…: apply --yes, and never ask' },
  { name: 'json', help: 'machine-readable output on stdout' },
  { name: 'no-color', help: 'no colours (NO_COLOR does the same)' },
  { name: 'ascii', help: 'no characters beyond ASCII' },
  { name: 'screen-reader', help: 'linear text instead of a drawn screen' },
  {
    name: 'log-level',
    value: 'LEVEL',
    oneOf: ['error', 'warn', 'info', 'debug'],
    help: 'error, warn, info or debug',
  },
  { name: 'help', short: 'h', help: 'show help' },
  { name: 'version', short: 'V', help: 'show the version' },
];
