/** What the review screen draws: nodes as boxes, guests in them, bridges and VLANs between. */
export interface Picture {
  nodes: readonly PictureNode[];
  segments: readonly PictureSegment[];
  /** Lines below the picture: shares, HA. */
  notes: readonly string[];
}

export interface PictureNode {
  name: string;
  /** Bytes. */
  memoryFree: number;
  guests: readonly PictureGuest[];
}

export interface PictureGuest {
  name: string;
  vmid: number;
  /** Without the prefix length; `dhcp` where none is fixed. */
  address: string;
  isNew: boolean;
  /** Ids of the guests whose place it takes. */
  insteadOf?: readonly number[];
  /** It is removed. */
  isGone?: boolean;
  /** Segments (by `bridge` and `tag`) that the guest is on. */
  segments: readonly { bridge: string; tag?: number }[];
  /** What is special about it, in a word each: `HA`, `virtiofs`. */
  marks?: readonly string[];
}

export interface PictureSegment {
  bridge: string;
  tag?: number;
  /** `10.0.20.0/24`, where known. */
  subnet?: string;
}
