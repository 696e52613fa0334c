#!/usr/bin/perl
# Runs every hookscript that a guest's notes list, since Proxmox VE takes one per guest only. A line
#
#   hook-script: local:snippets/notify.pl
#
# in the notes names one; they run in that order, each with the guest's id and the phase, as Proxmox VE itself
# would run it. A script that fails in pre-start stops the start; in any other phase it is only warned of.
# Installed and kept up to date by proxwright. Perl's core alone is used: it runs at every start and stop.

use strict;
use warnings;

my ($vmid, $phase) = @ARGV;
die "usage: $0 VMID PHASE\n" if !defined $phase || $vmid !~ /^[1-9][0-9]{2,8}$/;

# Notes that list this very script, or a copy of it, would have it run itself for ever.
exit 0 if ($ENV{PROXWRIGHT_HOOKS} // '') eq "$vmid $phase";
$ENV{PROXWRIGHT_HOOKS} = "$vmid $phase";

my $failed = 0;
for my $volume (hookscripts(notes($vmid))) {
    my $problem = run($volume);
    next if !defined $problem;
    warn "proxwright: hookscript $volume, $phase of guest $vmid: $problem\n";
    $failed = 1;
    # Nothing after it can make up for a script that did not prepare the start.
    last if $phase eq 'pre-start';
}
exit($failed && $phase eq 'pre-start' ? 1 : 0);

# Undef when the script did well, else what was wrong.
sub run {
    my ($volume) = @_;
    my $path = path_of($volume);
    return 'its storage is not known here' if !defined $path;
    return "there is no file $path" if !-f $path;
    return "$path is not executable" if !-x $path;
    my $status = system { $path } $path, $vmid, $phase;
    return "$path cannot be run: $!" if $status == -1;
    return 'was ended by signal ' . ($status & 127) if $status & 127;
    return $status == 0 ? undef : 'exit code ' . ($status >> 8);
}

sub hookscripts {
    my ($notes) = @_;
    return $notes =~ /^\s*hook-script:\s*([\w.-]+:snippets\/[^\s\/]+)\s*$/mg;
}

# The file is read where it lies: asking qm costs half a second of every start.
sub notes {
    my ($id) = @_;
    if (open my $conf, '<', "/etc/pve/qemu-server/$id.conf") {
        my @lines;
        while (my $line = <$conf>) {
            last if $line =~ /^\[/;
            push @lines, decode($1) if $line =~ /^#(.*)$/;
        }
        return join "\n", @lines;
    }
    open my $qm, '-|', 'qm', 'config', $id or die "qm config $id: $!\n";
    my $notes = '';
    while (my $line = <$qm>) {
        $notes = decode($1) if $line =~ /^description:\s*(.*)$/;
    }
    close $qm or die "qm config $id failed\n";
    return $notes;
}

sub decode {
    my ($text) = @_;
    $text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    return $text;
}

# local:snippets/x.pl -> /var/lib/vz/snippets/x.pl
sub path_of {
    my ($volume) = @_;
    my ($storage, $name) = $volume =~ /^([^:]+):snippets\/(.+)$/;
    my $folder = folder_of($storage);
    return "$folder/snippets/$name" if defined $folder;
    # Stranger storages: Proxmox VE's own tool knows them all.
    open my $pvesm, '-|', 'pvesm', 'path', $volume or return undef;
    my $path = <$pvesm>;
    close $pvesm;
    chomp $path if defined $path;
    return $path;
}

sub folder_of {
    my ($storage) = @_;
    open my $config, '<', '/etc/pve/storage.cfg' or return undef;
    my ($type, $folder);
    while (my $line = <$config>) {
        if ($line =~ /^(\w+):\s*(\S+)\s*$/) {
            last if defined $type;
            $type = $1 if $2 eq $storage;
        } elsif (defined $type && $line =~ /^\s+path\s+(\S+)\s*$/) {
            $folder = $1;
        }
    }
    return $folder if defined $folder;
    return defined $type && $type =~ /^(?:nfs|cifs|cephfs)$/ ? "/mnt/pve/$storage" : undef;
}
