import { Box } from 'ink';
import { useState } from 'react';
import type { KeaStatus } from '../../src/kea/status.ts';
import { keaRemarks } from '../../src/view/kea/findings.ts';
import { networkName } from '../../src/view/kea/reading.ts';
import { agentText } from '../../src/view/kea/rows.ts';
import { silentText } from '../../src/view/kea/silent.ts';
import { isLetter } from '../../src/view/press.ts';
import { moved } from '../../src/view/scroll.ts';
import { Frame } from '../frame.tsx';
import { useKeys } from '../keys.tsx';
import { useBody, useLook } from '../look.ts';
import { Gap } from '../row.tsx';
import { KeaFindings, KeaFindingsScreen, remarkLines } from './findings.tsx';
import { KeaGuests } from './guests.tsx';
import { keaHelp, keaTitle } from './help.ts';
import { KeaNetworks } from './networks.tsx';
import { KeaNodeLine, type KeaWays } from './node-line.tsx';

interface KeaLiveProps extends KeaWays {
  status: KeaStatus;
  /** The agent did not answer the last time: since when, and why. */
  silent?: { at: number; error: unknown };
}

/** A running agent: its networks, the guests of the chosen one, and what is to be said of them. */
export function KeaLive({ status, silent, ...ways }: KeaLiveProps) {
  const look = useLook();
  const { signs, now, screenReader } = look;
  const { width, height } = useBody();
  // By name: what comes or goes while one looks moves no cursor to another network.
  const [chosen, setChosen] = useState<string>();
  const [guestAt, setGuestAt] = useState<number>();
  const [reading, setReading] = useState(false);
  const { networks } = status;
  const at = Math.max(
    0,
    networks.findIndex((one) => networkName(one) === chosen),
  );
  const network = networks[at];
  const remarks = keaRemarks(status, network);
  const guest =
    guestAt === undefined || !network?.guests.length
      ? undefined
      : Math.min(guestAt, network.guests.length - 1);

  useKeys((press) => {
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10, home: -1e9, end: 1e9 }[press.key as string];
    if (by !== undefined) move(by);
    else if (press.key === 'right' || press.key === 'enter') setGuestAt(guest ?? 0);
    else if (press.key === 'tab') setGuestAt(guest === undefined ? 0 : undefined);
    else if (press.key === 'left' || press.key === 'escape') {
      if (guest === undefined) ways.onBack();
      else setGuestAt(undefined);
    } else if (isLetter(press, 'q')) ways.onBack();
    else if (isLetter(press, 'n')) ways.onNextNode?.();
    else if (isLetter(press, 'r')) ways.onRefresh();
    else if (isLetter(press, 'f')) setReading(true);
    else if (isLetter(press, '?')) ways.onHelp(keaHelp);
  });

  function move(by: number) {
    if (guest !== undefined) setGuestAt(moved(guest, by, network?.guests.length ?? 0));
    else {
      const next = networks[moved(at, by, networks.length)];
      if (next) setChosen(networkName(next));
    }
  }

  if (reading) return <KeaFindingsScreen remarks={remarks} onBack={() => setReading(false)} />;
  const beside = width >= narrowest && !screenReader;
  const said = remarkLines(remarks, { width, signs }).length;
  const below = Math.min(Math.max(1, said), height < 14 ? 2 : Math.floor(height / 5));
  const room = Math.max(4, height - 3 - below);
  const left = beside ? Math.min(46, Math.max(37, Math.floor(width * 0.36))) : width;
  const listHeight = beside ? room : Math.min(networks.length + 1, Math.floor(room / 2));
  return (
    <Frame
      title={keaTitle}
      keys={[
        { key: signs.updown, does: 'choose' },
        { key: screenReader ? 'right' : '→', does: guest === undefined ? 'guests' : '' },
        { key: signs.back, does: guest === undefined ? 'back' : 'networks' },
        ...(ways.onNextNode ? [{ key: 'n', does: 'next node' }] : []),
        { key: 'f', does: 'findings' },
        { key: 'r', does: 'ask now' },
        { key: '?', does: 'help' },
      ].filter(({ does }) => does !== '')}
      notice={silent && { text: silentText(silent, { node: ways.node, now: now() }), as: 'warning' }}
    >
      <KeaNodeLine
        nodes={ways.nodes}
        node={ways.node}
        width={width}
        aside={agentText(status, { signs, now: now() })}
      />
      <Gap />
      <Box flexDirection={beside ? 'row' : 'column'} {...(screenReader ? {} : { height: room })}>
        <Box flexDirection="column" width={left}>
          <KeaNetworks
            status={status}
            at={at}
            active={guest === undefined}
            width={left}
            height={listHeight}
          />
        </Box>
        {network && (
          <Box flexDirection="column" marginLeft={beside ? 2 : 0}>
            <KeaGuests
              network={network}
              at={guest}
              width={beside ? width - left - 2 : width}
              height={beside ? room : room - listHeight}
            />
          </Box>
        )}
      </Box>
      <Gap />
      <KeaFindings remarks={remarks} width={width} height={below} />
    </Frame>
  );
}

/** Columns below which the panes stand one above the other. */
const narrowest = 70;
