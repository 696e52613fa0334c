import type { Cell } from '../../src/view/text/cells.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import type { HelpTopic } from '../help.tsx';
import { useLook } from '../look.ts';
import { Row } from '../row.tsx';

/** The ways on from any state of the Kea screen. */
export interface KeaWays {
  nodes: readonly string[];
  node: string;
  /** Undefined: there is only one. */
  onNextNode?: () => void;
  onRefresh: () => void;
  onBack: () => void;
  onHelp: (topic: HelpTopic) => void;
}

/** The nodes, the chosen one in brackets, and at the right end what runs there. */
export function KeaNodeLine({
  nodes,
  node,
  width,
  aside = '',
}: Pick<KeaWays, 'nodes' | 'node'> & { width: number; aside?: string }) {
  const { screenReader } = useLook();
  if (screenReader) {
    const others = nodes.filter((name) => name !== node).map(harmless);
    const also = others.length > 0 ? `; also there: ${others.join(', ')}` : '';
    return <Row width={width} cells={[{ text: `Node ${harmless(node)}${also}. ${aside}` }]} />;
  }
  const cells = nodes.map((name): Cell => {
    const here = name === node;
    return {
      text: here ? `[${harmless(name)}]` : ` ${harmless(name)} `,
      as: here ? 'accent' : 'dim',
      bold: here,
    };
  });
  return (
    <Row
      width={width}
      cells={[
        ...(nodes.length > 1 ? cells : [{ text: ` ${harmless(node)}`, bold: true }]),
        { text: aside, grow: true, align: 'right', as: 'dim' },
      ]}
    />
  );
}
