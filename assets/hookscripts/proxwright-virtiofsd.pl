#!/usr/bin/perl
# Serves a guest's virtiofs shares on Proxmox VE before 8.4, which has no virtiofs of its own: one virtiofsd for
# each share, from before the guest starts until after it has stopped. Listed in the guest's notes and run by
# proxwright-hooks.pl. What is shared stands in the guest's args:
#
#   -object secret,id=proxwright-share-TAG,data=cache=auto path=/srv/data
#   -chardev socket,id=proxwright-socket-TAG,path=/run/proxwright/virtiofsd/NAME.sock
#
# Only root@pam may set args; the notes may be changed by whoever may change a guest's options, and would let
# them share any folder of the node. QEMU itself has no use for the secret, and the guest does not see it.
# Perl's core alone is used.

use strict;
use warnings;
use Cwd 'abs_path';
use Fcntl;
use POSIX qw(setsid WNOHANG);
use Text::ParseWords 'shellwords';

my $FOLDER = '/run/proxwright/virtiofsd';
# The Rust one, then the C one of Proxmox VE up to 7 and of Debian 12.
my @PROGRAMS = qw(/usr/libexec/virtiofsd /usr/lib/kvm/virtiofsd /usr/lib/qemu/virtiofsd);
# Seconds: for a socket to appear; for QEMU to come to it (other hookscripts, hugepages); to end when told so.
my ($READY, $UNUSED, $END) = (10, 300, 3);
# How often a daemon is started anew that ended before QEMU came to it.
my $RESTARTS = 3;
# What a daemon may print, so that no guest can fill the node's memory with complaints.
my $MOST_SAID = 16_384;

my ($vmid, $phase, $tag) = @ARGV;
die "usage: $0 VMID PHASE\n" if !defined $phase || $vmid !~ /^[1-9][0-9]{2,8}$/;

if ($phase eq 'pre-start') {
    start();
} elsif ($phase eq 'post-stop') {
    stop_all();
} elsif ($phase eq 'supervise') {
    my ($share) = grep { $_->{tag} eq $tag } shares();
    supervise($share) if $share;
}

sub start {
    make_folder();
    # Of a start that failed, or of a node that lost its power before.
    stop_all();
    my @shares = shares();
    my ($problem) = map { unfit($_) // () } @shares;
    die "proxwright: $problem\n" if defined $problem;
    $_->{supervisor} = launch($_) for @shares;
    ($problem) = map { not_ready($_) // () } @shares;
    return if !defined $problem;
    # They may not have noted themselves yet.
    end("$_->{supervisor} " . (began($_->{supervisor}) // '')) for @shares;
    stop_all();
    die "proxwright: $problem\n";
}

# The shares of the guest's args: { tag, path, cache, direct, socket }.
sub shares {
    my @words = shellwords(args_of());
    my %shares;
    for my $at (0 .. $#words - 1) {
        my $value = $words[$at + 1];
        if ($words[$at] eq '-object' && $value =~ /^secret,id=proxwright-share-([A-Za-z0-9_-]+),data=(.*)$/s) {
            my ($name, $data) = ($1, $2);
            # In a value of QEMU's a comma is doubled.
            $data =~ s/,,/,/g;
            my ($settings, $path) = $data =~ /^(.*?)\s?path=(.*)$/s;
            my %set = map { split /=/, $_, 2 } split / /, $settings // '';
            @{ $shares{$name} }{qw(tag path cache direct)} = ($name, $path, $set{cache} // 'auto', $set{'direct-io'});
        } elsif ($words[$at] eq '-chardev' && $value =~ /^socket,id=proxwright-socket-([A-Za-z0-9_-]+),path=(.*)$/) {
            $shares{$1}{socket} = $2;
        }
    }
    return map { $shares{$_} } sort grep { defined $shares{$_}{tag} } keys %shares;
}

# What keeps a share from being served; undef where nothing does.
sub unfit {
    my ($share) = @_;
    my ($path, $socket) = @$share{qw(path socket)};
    return "share $share->{tag} of guest $vmid is no folder's absolute path" if ($path // '') !~ m{^/};
    return "share $share->{tag} of guest $vmid: there is no folder $path on this node" if !-d $path;
    return "share $share->{tag} of guest $vmid has no socket below $FOLDER"
        if ($socket // '') !~ m{^\Q$FOLDER\E/[A-Za-z0-9][A-Za-z0-9._-]*\.sock$};
    # Two guests with one args line, after a clone by hand: the daemon of the first must not be touched.
    return "the socket $socket is in use by another guest: is this one its copy?"
        if states($socket);
    unlink $socket, "$socket.pid";
    return undef;
}

# A supervisor of its own, that outlives this start; its pid here.
sub launch {
    my ($share) = @_;
    my $log = file_of($share->{tag}, 'log');
    unlink $log;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    setsid();
    # Proxmox VE waits until nobody holds the start's own output.
    open STDIN, '<', '/dev/null';
    sysopen STDERR, $log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600;
    open STDOUT, '>&', \*STDERR;
    # Out of the control group of whatever runs the start: with it, pvedaemon's restart would end the daemon.
    # Units stop in reverse order: when the node shuts down, guests (pve-guests) are stopped before their shares.
    my @scope = qw(systemd-run --quiet --scope --collect --property=Before=pve-guests.service --);
    @scope = () if !-d '/run/systemd/system';
    exec @scope, $^X, abs_path($0), $vmid, 'supervise', $share->{tag} or POSIX::_exit(127);
}

# Waits for the socket. It must not be tried: virtiofsd takes one connection, and that is QEMU's.
sub not_ready {
    my ($share) = @_;
    my $log = file_of($share->{tag}, 'log');
    for (1 .. $READY * 50) {
        return undef if grep { $_ eq 'LISTEN' } states($share->{socket});
        if (waitpid($share->{supervisor}, WNOHANG) != 0) {
            my $said = said($log);
            return "virtiofsd of share $share->{tag} of guest $vmid did not start" . ($said ne '' ? ": $said" : '');
        }
        select undef, undef, undef, 0.02;
    }
    return "virtiofsd of share $share->{tag} of guest $vmid is not ready after $READY s: " . said($log);
}

# Runs one virtiofsd until QEMU leaves it, until it is told to end, or as long as nobody comes.
sub supervise {
    my ($share) = @_;
    my ($daemon, $told, $left) = (undef, 0, $RESTARTS);
    $SIG{TERM} = sub { $told = 1; kill 'TERM', -$daemon if $daemon; };
    my @command = command_of($share);
    my $until = time + $UNUSED;
    while (1) {
        pipe my $out, my $in or die "pipe: $!\n";
        $daemon = run($in, @command);
        close $in;
        note($share, $$, $daemon);
        my $seen = '';
        # The daemon and its children hold the pipe, so that its end is theirs.
        until (ended($out, $seen eq 'CONNECTED' ? undef : 0.25)) {
            next if $seen eq 'CONNECTED';
            my ($state) = states($share->{socket});
            $seen = $state // $seen;
            $told = 1 if $seen ne 'CONNECTED' && time > $until;
            kill 'TERM', -$daemon if $told;
        }
        waitpid $daemon, 0;
        my $status = $?;
        last if $told || $status == 0;
        my $how = $status & 127 ? 'signal ' . ($status & 127) : 'exit code ' . ($status >> 8);
        complain("virtiofsd of share $share->{tag} of guest $vmid ended with $how"
            . ($seen eq 'CONNECTED' ? ': the guest has the share again once it was stopped and started' : ''));
        # What does not even listen would fail again, and what QEMU came to it does not come to again.
        last if $seen ne 'LISTEN' || $left-- == 0;
        unlink $share->{socket}, "$share->{socket}.pid";
    }
    forget($share->{tag}, $share->{socket});
}

# In a group of its own: virtiofsd's sandbox is a child of its.
sub run {
    my ($in, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    setpgrp $pid, $pid;
    return $pid if $pid;
    $SIG{TERM} = 'DEFAULT';
    open STDOUT, '>&', $in;
    open STDERR, '>&', $in;
    exec { $command[0] } @command or POSIX::_exit(127);
}

# True once the pipe is closed; looks for so many seconds, or until something is said, which is kept.
sub ended {
    my ($out, $seconds) = @_;
    my $ready = '';
    vec($ready, fileno $out, 1) = 1;
    return 0 if select($ready, undef, undef, $seconds) <= 0;
    my $read = sysread $out, my $text, 4096;
    syswrite STDERR, $text if $read && -s STDERR < $MOST_SAID;
    return defined $read && $read == 0;
}

sub command_of {
    my ($share) = @_;
    my ($program) = grep { -x } @PROGRAMS;
    die "there is no virtiofsd on this node (apt-get install virtiofsd)\n" if !defined $program;
    my ($path, $cache, $direct, $socket) = @$share{qw(path cache direct socket)};
    open my $pipe, '-|', $program, '--help' or die "$program: $!\n";
    my $help = do { local $/; <$pipe> } // '';
    close $pipe;
    if ($help =~ /-o source=/ && $help !~ /--shared-dir/) {
        # The C one knows neither "never" nor "metadata", and reads "," in an option as the next one.
        my %modes = (auto => 'auto', always => 'always');
        my $mode = $modes{$cache} // 'none';
        $path =~ s/([\\,])/\\$1/g;
        my @options = ("source=$path", "cache=$mode", 'sandbox=namespace', 'announce_submounts', 'log_level=err');
        push @options, 'allow_direct_io' if $direct;
        return ($program, "--socket-path=$socket", map { ('-o', $_) } @options);
    }
    # Its older releases lack some of these.
    $cache = 'never' if $cache eq 'metadata' && $help !~ /metadata/;
    my @command = ($program, "--socket-path=$socket", "--shared-dir=$path", "--cache=$cache", '--sandbox=namespace');
    push @command, '--announce-submounts' if $help =~ /--announce-submounts/;
    push @command, '--log-level=error' if $help =~ /--log-level/;
    push @command, '--allow-direct-io' if $direct;
    return @command;
}

# Ends all that an earlier start of this guest left here, also for shares that its args no longer name.
sub stop_all {
    stop($_) for glob "$FOLDER/$vmid.*.pid";
    unlink glob "$FOLDER/$vmid.*.log";
}

sub stop {
    my ($file) = @_;
    my ($name) = $file =~ m{/[0-9]+\.([^/]+)\.pid$} or return;
    open my $in, '<', $file or return;
    chomp(my ($supervisor, $daemon, $socket) = <$in>);
    close $in;
    # Supervisor first, or it would start the daemon anew.
    end($_) for grep { defined } $supervisor, $daemon;
    forget($name, $socket);
}

# Ends "PID STARTTIME" with its group, if the process of that id is still the one that was noted.
sub end {
    my ($pid, $since) = split / /, $_[0];
    return if !defined $since || (began($pid) // '') ne $since;
    # While one of the group is left, the kernel gives its id to nobody else.
    kill 'TERM', $pid, -$pid;
    leave($pid, $since, $END);
    kill 'KILL', -$pid if (began($pid) // $since) eq $since;
    leave($pid, $since, 1);
}

# Waits until a process has ended, so many seconds at most.
sub leave {
    my ($pid, $since, $seconds) = @_;
    for (1 .. $seconds * 50) {
        waitpid $pid, WNOHANG;
        return if (began($pid) // '') ne $since;
        select undef, undef, undef, 0.02;
    }
}

# When a process began, in ticks since the node did: with it an id stands for one process only.
sub began {
    my ($pid) = @_;
    open my $stat, '<', "/proc/$pid/stat" or return undef;
    my $text = <$stat> // '';
    # The name, in brackets, may hold anything; the start is field 22 (proc(5)). Z: it has ended.
    my @fields = split / /, $text =~ s/^.*\) //sr;
    return @fields > 19 && $fields[0] ne 'Z' ? $fields[19] : undef;
}

sub note {
    my ($share, @pids) = @_;
    my $file = file_of($share->{tag}, 'pid');
    sysopen my $out, "$file.new", O_WRONLY | O_CREAT | O_TRUNC, 0600 or die "$file.new: $!\n";
    print $out map { "$_\n" } (map { "$_ " . (began($_) // 0) } @pids), $share->{socket};
    close $out;
    rename "$file.new", $file or die "$file: $!\n";
}

sub forget {
    my ($name, $socket) = @_;
    unlink $socket, "$socket.pid" if defined $socket && $socket =~ m{^\Q$FOLDER\E/[^/]+\.sock$} && !states($socket);
    unlink file_of($name, 'pid');
}

# LISTEN, CONNECTED of every end that bears the socket's name (proc(5): /proc/net/unix).
sub states {
    my ($socket) = @_;
    return () if !defined $socket;
    open my $table, '<', '/proc/net/unix' or die "/proc/net/unix: $!\n";
    my @states;
    while (my $line = <$table>) {
        my (undef, undef, undef, $flags, undef, $state, undef, $path) = split ' ', $line, 8;
        chomp $path if defined $path;
        next if !defined $path || $path ne $socket;
        push @states, hex($flags) & 0x10000 ? 'LISTEN' : $state eq '03' ? 'CONNECTED' : ();
    }
    my @sorted = sort @states;
    return @sorted;
}

sub make_folder {
    for my $folder ('/run/proxwright', $FOLDER) {
        mkdir $folder, 0700 or -d $folder or die "$folder: $!\n";
        die "$folder is not root's own\n" if -l $folder || (stat $folder)[4] != $>;
    }
    chmod 0700, $FOLDER;
}

sub file_of {
    my ($name, $kind) = @_;
    return "$FOLDER/$vmid.$name.$kind";
}

sub said {
    my ($file) = @_;
    open my $in, '<', $file or return '';
    my $text = do { local $/; <$in> } // '';
    return $text =~ s/\s+$//r;
}

sub complain {
    my ($text) = @_;
    syswrite STDERR, "$text\n" if -s STDERR < $MOST_SAID;
    eval {
        require Sys::Syslog;
        Sys::Syslog::openlog('proxwright', 'nodelay', 'daemon');
        Sys::Syslog::syslog('warning', '%s', $text);
    };
}

# The file is read where it lies: asking qm costs half a second of every start.
sub args_of {
    my $conf;
    open $conf, '<', "/etc/pve/qemu-server/$vmid.conf" or open $conf, '-|', 'qm', 'config', $vmid
        or die "qm config $vmid: $!\n";
    my $args;
    while (my $line = <$conf>) {
        last if $line =~ /^\[/;
        $args = $1 if $line =~ /^args:\s*(.*?)\s*$/;
    }
    close $conf or die "qm config $vmid failed\n";
    return $args // '';
}
