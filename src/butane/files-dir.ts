/** The folder that local files and trees come from. Paths are the folder's name joined with a config's path. */
export interface FilesDir {
  /** As given by the user; it stands in front of every path in a message. */
  readonly name: string;
  /** Whether a cleaned path stays in the folder, before links are followed. */
  contains(path: string): boolean;
  /** Reads a regular file, through links that stay in the folder. Throws FileProblem. */
  read(path: string): Uint8Array;
  /** What is there once links are followed. Throws FileProblem. */
  stat(path: string): FileInfo;
  /** What is there itself. Throws FileProblem. */
  lstat(path: string): FileInfo;
  /** The names in a folder, in the order of their bytes. Throws FileProblem. */
  list(path: string): string[];
  /** Where a link points to. Throws FileProblem. */
  readLink(path: string): string;
}

export interface FileInfo {
  kind: 'file' | 'directory' | 'link' | 'other';
  /** Anyone may execute it. */
  executable: boolean;
}

/** A file that cannot be had; the message is the real tool's, such as `open files/x: no such file or directory`. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
}
