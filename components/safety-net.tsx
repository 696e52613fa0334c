import { Component, type ReactNode } from 'react';

interface SafetyNetProps {
  children: ReactNode;
  /** Draws what is shown in place of a screen that could not be drawn. */
  caught: (error: unknown, clear: () => void) => ReactNode;
}

/** Keeps a mistake in one screen from ending the application. React offers this to classes only. */
export class SafetyNet extends Component<SafetyNetProps, { error?: { value: unknown } | undefined }> {
  override state: { error?: { value: unknown } | undefined } = {};

  static getDerivedStateFromError(value: unknown) {
    return { error: { value } };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return this.props.caught(error.value, () => this.setState({ error: undefined }));
  }
}
