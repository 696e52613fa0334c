import type { NetworkStatus } from '../../src/kea/status.ts';
import { offerPlot } from '../../src/view/kea/offer-plot.ts';
import { networkName } from '../../src/view/kea/reading.ts';
import { guestCells, guestColumns, guestDetail, guestsText } from '../../src/view/kea/rows.ts';
import { windowAround } from '../../src/view/scroll.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { useLook } from '../look.ts';
import { Gap, Lines, Row } from '../row.tsx';

interface KeaGuestsProps {
  network: NetworkStatus;
  /** The guest that the cursor is on; undefined: it is not here. */
  at: number | undefined;
  width: number;
  height: number;
}

/** The reservations of one network with their leases, and how many OFFERs were sent. */
export function KeaGuests({ network, at, width, height }: KeaGuestsProps) {
  const { signs, now, screenReader } = useLook();
  const { guests } = network;
  const plot = plotHeight(height);
  // The heading, and below the plot with its own heading, its axis and a gap.
  const room = height - 1 - (plot > 0 ? plot + 3 : 0) - (at === undefined ? 0 : 1);
  const rows = screenReader ? guests.length : Math.max(1, room);
  const scrolls = guests.length > rows;
  const part = windowAround(at ?? 0, guests.length, scrolls ? rows - 1 : rows);
  const columns = guestColumns(guests, { width, signs, now: now() });
  const chosen = at === undefined ? undefined : guests[at];
  return (
    <>
      <Row
        width={width}
        cells={[
          { text: ` ${harmless(networkName(network))}`, bold: true },
          { text: `  ${guestsText(network)}`, as: 'dim', grow: true },
        ]}
      />
      {guests.slice(part.from, part.to).map((guest, row) => (
        <Row
          key={`${guest.vmid} ${guest.nic}`}
          width={width}
          cells={guestCells(guest, { columns, here: part.from + row === at, signs, now: now() })}
        />
      ))}
      {scrolls && (
        <Row
          width={width}
          cells={[{ text: `   ${part.from + 1} to ${part.to} of ${guests.length}`, as: 'dim', grow: true }]}
        />
      )}
      {chosen && !screenReader && (
        <Lines lines={[`   ${guestDetail(chosen, { signs })}`]} width={width} as="dim" />
      )}
      {(plot > 0 || screenReader) && <Offers minutes={network.offers} width={width} height={plot} />}
    </>
  );
}

function Offers({ minutes, width, height }: { minutes: readonly number[]; width: number; height: number }) {
  const { ascii, screenReader } = useLook();
  const { rows, axis, heading, said } = offerPlot(minutes, { width: width - 2, height, ascii });
  if (screenReader) return <Row width={width} cells={[{ text: said }]} />;
  return (
    <>
      <Gap />
      <Lines lines={[` ${heading}`]} width={width} as="dim" />
      <Lines lines={rows.map((row) => ` ${row}`)} width={width} as="accent" />
      <Lines lines={[` ${axis}`]} width={width} as="dim" />
    </>
  );
}

/** Low terminals rather show guests. */
function plotHeight(height: number): number {
  if (height < 9) return 0;
  return height < 20 ? 2 : 4;
}
