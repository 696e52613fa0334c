import path from 'node:path';
import type { TargetAnswers } from '../../answers/target.ts';
import type { CommandLine } from '../../cli.ts';
import { type Env, userStateFolder } from '../../env.ts';
import type { Secret } from '../../plan/secret.ts';
import type { Json } from '../../plan/step.ts';
import type { TargetEnvironment } from '../../target/environment.ts';
import { parseTarget } from '../../target/spec.ts';
import { openTarget, type Target } from '../../target.ts';
import { askSecret, confirm } from '../ask.ts';
import { wishOf } from './target-wish.ts';

/** A target that can be come back to: `reference` says the way there, without its secrets. */
export interface OpenedTarget extends Target {
  reference: Json;
}

/** How a person is told and asked while a target is opened; on stderr and at the terminal unless given. */
export interface Talk {
  warn(line: string): void;
  ask(question: string): Promise<boolean>;
  /** Left out: nobody can be asked. */
  secret?(question: string): Promise<Secret | undefined>;
}

/** Opens what `--target` says, else the answers, else this node, else the sandbox. */
export async function openTargetOf(
  line: Pick<CommandLine, 'values' | 'switches'>,
  env: Env,
  answers?: TargetAnswers,
  talk: Talk = talkOn(env),
): Promise<OpenedTarget> {
  const wish = wishOf(line, env, answers);
  if (wish.url === 'sandbox' && line.values.target === undefined && !answers) {
    talk.warn('no Proxmox VE here and no --target given: this is the sandbox, a practice cluster');
  }
  const spec = parseTarget(wish, env.variables);
  const target = await openTarget(spec, targetEnvironment(line, env, talk));
  const { password: _password, token: _token, ...reference } = wish;
  return Object.assign(target, { reference: reference as Json });
}

function talkOn(env: Env): Talk {
  return {
    warn: (line) => void env.stderr.write(`${line}\n`),
    ask: (question) => confirm(question, env),
    secret: (question) => askSecret(question, env),
  };
}

function targetEnvironment(
  { switches }: Pick<CommandLine, 'switches'>,
  env: Env,
  talk: Talk,
): TargetEnvironment {
  const { secret } = talk;
  const mayAsk = env.stdin.isTTY === true && !switches.has('non-interactive') && !switches.has('json');
  return {
    env: env.variables,
    home: env.home,
    cwd: env.cwd,
    signal: env.signal,
    warn: talk.warn,
    ...(mayAsk
      ? {
          confirmHostKey: ({ host, port, fingerprint, keyType }) =>
            talk.ask(
              `${host}:${port} shows the ${keyType} host key ${fingerprint}, which is not known. Is it right?`,
            ),
          ...(secret ? { passphrase: (file) => secret(`Passphrase of ${file}:`) } : {}),
        }
      : {}),
    sandbox: {
      stateDir: sandboxFolder(env),
      start: async (stateDir) => (await import('./embedded-sandbox.ts')).startEmbedded(stateDir, env),
    },
  };
}

export function sandboxFolder(env: Env): string {
  return path.join(userStateFolder(env), 'sandbox');
}
