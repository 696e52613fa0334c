import { Box } from 'ink';
import type { Facts } from '../../src/facts/facts.ts';
import type { SessionTarget } from '../../src/view/session.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { sizeText } from '../../src/view/text/sizes.ts';
import { targetName } from '../frame.tsx';
import type { Load } from '../load.ts';
import { useLook } from '../look.ts';
import { Gap, Row } from '../row.tsx';
import { WaitingLine } from '../waiting.tsx';

interface NodesPaneProps {
  facts: Load<Facts>;
  target: SessionTarget;
  width: number;
}

/** Beside the menu on wide terminals: the nodes with free memory, the storages with free space. */
export function NodesPane({ facts, target, width }: NodesPaneProps) {
  const { signs } = useLook();
  return (
    <Box flexDirection="column" width={width} marginLeft={2}>
      <Gap />
      {facts.status === 'waiting' && (
        <WaitingLine what={`Reading what ${targetName(target)} has`} width={width} />
      )}
      {facts.status === 'failed' && (
        <Row width={width} cells={[{ text: `${signs.warning} could not be read`, as: 'warning' }]} />
      )}
      {facts.status === 'ready' &&
        factRows(facts.value).map(({ id, cells }) => <Row key={id} width={width} cells={cells} />)}
    </Box>
  );
}

function factRows(facts: Facts): { id: string; cells: Cell[] }[] {
  const line = (name: string, amount: string): Cell[] => [
    { text: `  ${harmless(name)}`, grow: true },
    { text: amount, as: 'dim' },
  ];
  const shared = new Map(
    facts.storages.map((storage) => [
      storage.shared ? storage.storage : `${storage.node} ${storage.storage}`,
      storage,
    ]),
  );
  return [
    { id: 'nodes', cells: [{ text: 'Nodes, free memory', bold: true, grow: true }] },
    ...facts.nodes.slice(0, mostLines).map((node) => ({
      id: `node ${node.name}`,
      cells: line(node.name, node.online ? sizeText(node.memory.free) : 'offline'),
    })),
    ...more(facts.nodes.length, 'more nodes'),
    { id: 'gap', cells: [{ text: ' ', grow: true, said: '' }] },
    { id: 'storages', cells: [{ text: 'Storages, free space', bold: true, grow: true }] },
    ...[...shared].slice(0, mostLines).map(([name, storage]) => ({
      id: `storage ${name}`,
      cells: line(
        storage.shared ? `${name} (shared)` : name,
        storage.active ? sizeText(storage.avail) : 'inactive',
      ),
    })),
    ...more(shared.size, 'more storages'),
  ];
}

function more(count: number, what: string): { id: string; cells: Cell[] }[] {
  if (count <= mostLines) return [];
  return [{ id: what, cells: [{ text: `  ${count - mostLines} ${what}`, as: 'dim', grow: true }] }];
}

const mostLines = 10;
