import { useState } from 'react';
import type { KeaReading } from '../../src/view/kea/reading.ts';
import type { Session } from '../../src/view/session.ts';
import { targetName } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { useLoad } from '../load.ts';
import { useLook } from '../look.ts';
import { Trouble } from '../trouble.tsx';
import { usePolled } from '../use-polled.ts';
import { Waiting } from '../waiting.tsx';
import { keaTitle } from './help.ts';
import { KeaLive } from './live.tsx';
import { KeaNothing } from './nothing.tsx';

interface KeaScreenProps {
  session: Session;
  /** Opens the questions of the installation; undefined: there are none. */
  onInstall: (() => void) | undefined;
  onBack: () => void;
  onHelp: (topic: HelpTopic) => void;
}

/** What Kea serves on a node, as it changes: from the agent's status, asked for anew every two seconds. */
export function KeaScreen({ session, onInstall, onBack, onHelp }: KeaScreenProps) {
  const { screenReader, now, target } = useLook();
  const [facts, readFacts] = useLoad((again) => session.facts(again));
  const [wanted, setWanted] = useState<string>();
  const nodes =
    facts.status === 'ready' ? facts.value.nodes.filter(({ online }) => online).map(({ name }) => name) : [];
  const node = wanted ?? nodes[0] ?? '';
  if (facts.status === 'waiting')
    return <Waiting title={keaTitle} what={`Reading what ${targetName(target)} has`} onBack={onBack} />;
  if (facts.status === 'failed') {
    return (
      <Trouble
        title={keaTitle}
        what={`${targetName(target)} could not be read`}
        error={facts.error}
        onRetry={readFacts}
        onBack={onBack}
      />
    );
  }
  return (
    <KeaOfNode
      key={node}
      ask={() => session.kea(node)}
      // Whoever listens to the screen would hear all of it anew.
      every={screenReader ? undefined : PERIOD_MS}
      now={now}
      nodes={nodes}
      node={node}
      onNode={setWanted}
      onInstall={onInstall}
      onBack={onBack}
      onHelp={onHelp}
    />
  );
}

interface KeaOfNodeProps extends Omit<KeaScreenProps, 'session'> {
  ask: () => Promise<KeaReading>;
  every: number | undefined;
  now: () => number;
  nodes: readonly string[];
  node: string;
  onNode: (node: string) => void;
}

/** One node, whatever there is to say of it. */
function KeaOfNode({ ask, every, now, nodes, node, onNode, ...rest }: KeaOfNodeProps) {
  const { onInstall, onBack, onHelp } = rest;
  const [{ value, at, error }, again] = usePolled(ask, { key: node, every, now });
  const next = nodes[(nodes.indexOf(node) + 1) % nodes.length];
  const ways = {
    nodes,
    node,
    ...(next === undefined || nodes.length < 2 ? {} : { onNextNode: () => onNode(next) }),
    onRefresh: again,
    onBack,
    onHelp,
  };
  if (value?.agent !== 'running') {
    const reading =
      value ??
      (error === undefined ? { agent: 'asked' as const, node } : { agent: 'unknown' as const, node, error });
    return <KeaNothing reading={reading} onInstall={onInstall} {...ways} />;
  }
  return (
    <KeaLive status={value.status} {...ways} {...(error === undefined ? {} : { silent: { at, error } })} />
  );
}

const PERIOD_MS = 2_000;
