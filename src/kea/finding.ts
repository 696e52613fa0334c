/** Something about one guest, or one of its NICs, that a person should know. It never concerns another guest. */
export interface Finding {
  vmid: number;
  /** `net0`; null: the guest as a whole. */
  nic: string | null;
  severity: 'error' | 'warning' | 'info';
  message: string;
}
