import type { KeaStatus } from '../../src/kea/status.ts';
import { networkName } from '../../src/view/kea/reading.ts';
import { networkCells, networkHeading } from '../../src/view/kea/rows.ts';
import { windowAround } from '../../src/view/scroll.ts';
import { useLook } from '../look.ts';
import { Row } from '../row.tsx';

interface KeaNetworksProps {
  status: KeaStatus;
  at: number;
  /** The cursor is here, not among the guests. */
  active: boolean;
  width: number;
  height: number;
}

/** The networks of a node, one line each. */
export function KeaNetworks({ status, at, active, width, height }: KeaNetworksProps) {
  const { signs, screenReader } = useLook();
  const { networks } = status;
  if (networks.length === 0) {
    return (
      <Row width={width} cells={[{ text: ' No guest here has a static address.', grow: true, as: 'dim' }]} />
    );
  }
  const rows = screenReader ? networks.length : Math.max(1, height - 1);
  const scrolls = networks.length > rows;
  const part = windowAround(at, networks.length, scrolls ? rows - 1 : rows);
  return (
    <>
      <Row width={width} cells={networkHeading} />
      {networks.slice(part.from, part.to).map((network, row) => (
        <Row
          key={networkName(network)}
          width={width}
          cells={networkCells(network, { status, here: part.from + row === at, active, signs })}
        />
      ))}
      {scrolls && (
        <Row width={width} cells={[{ text: `   ${at + 1} of ${networks.length}`, as: 'dim', grow: true }]} />
      )}
    </>
  );
}
