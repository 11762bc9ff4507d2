#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What does a command cost: time, processor time, memory, and how long until it
# writes?
#
# usage: watch.pl [option...] --to FILE -- COMMAND...
#   --to FILE		its standard output
#   --writes NAME	the block device whose first write is waited for
#   --memory		its greatest proportional set size, all processes
#   --between FROM TO	seconds between the first line that matches FROM and
#			the last that matches TO (regular expressions)
#   --stop-after S	SIGINT after so many seconds
#
# Prints one line of NAME=VALUE: exit, wall, user, sys (seconds), and where
# asked for first_write_ms, peak_kib, between.  Dies if what was asked for was
# never seen.
use strict;
use warnings;
use Time::HiRes qw(time sleep);
use POSIX qw(WNOHANG);

my (%o, @between);
while (@ARGV) {
	my $arg = shift;
	last if $arg eq '--';
	if ($arg eq '--memory') {
		$o{memory} = 1;
	} elsif ($arg eq '--between') {
		@between = splice(@ARGV, 0, 2);
	} elsif ($arg =~ /^--(to|writes|stop-after)$/) {
		$o{$1} = shift;
	} else {
		die "watch.pl: unknown option '$arg'\n";
	}
}
die "watch.pl: no command, or no --to\n" unless @ARGV && defined $o{to};

sub slurp {
	my ($path) = @_;
	open my $f, '<', $path or return '';
	local $/;
	my $text = <$f>;
	return defined $text ? $text : '';
}

# Writes that the device has completed.
sub writes {
	return (split ' ', slurp("/sys/block/$o{writes}/stat"))[4];
}

# The process and all that come from it.
sub family {
	my @found = @_;
	for (my $i = 0; $i < @found; $i++) {
		push @found, split ' ',
			slurp("/proc/$found[$i]/task/$found[$i]/children");
	}
	return @found;
}

# A page that several share counts to each in part.
sub memory {
	my $sum = 0;
	for my $pid (family(@_)) {
		$sum += $1 if slurp("/proc/$pid/smaps_rollup") =~
			/^Pss:\s+(\d+) kB/m;
	}
	return $sum;
}

open my $to, '>', $o{to} or die "watch.pl: $o{to}: $!\n";
my ($from_child, $to_parent);
pipe $from_child, $to_parent or die "watch.pl: $!\n" if @between;
my $before = defined $o{writes} ? writes() : 0;
die "watch.pl: no block device '$o{writes}'\n" unless defined $before;

my $start = time;
my $pid = fork;
die "watch.pl: $!\n" unless defined $pid;
if (!$pid) {
	open STDOUT, '>&', @between ? $to_parent : $to or POSIX::_exit(127);
	{ exec { $ARGV[0] } @ARGV }
	POSIX::_exit(127);
}

my ($first, $last, $written, $peak, $stopped) = (undef, undef, undef, 0, 0);
my $rc;
if (@between) {
	close $to_parent;
	while (my $line = <$from_child>) {
		my $now = time;
		print $to $line;
		$first = $now if !defined $first && $line =~ /$between[0]/;
		$last = $now if $line =~ /$between[1]/;
	}
}
until (defined $rc) {
	my $now = time;
	if (defined $o{writes} && !defined $written && writes() > $before) {
		$written = $now - $start;
	}
	if ($o{memory}) {
		my $kib = memory($pid);
		$peak = $kib if $kib > $peak;
	}
	if (defined $o{'stop-after'} && !$stopped &&
	    $now - $start >= $o{'stop-after'}) {
		kill 'INT', $pid;
		$stopped = 1;
	}
	# Looking must not cost what is looked at its processor.
	if (defined $o{writes} && !defined $written) {
		sleep 0.001;
	} elsif ($o{memory} || (defined $o{'stop-after'} && !$stopped)) {
		sleep 0.02;
	}
	my $wait = $o{memory} || defined $o{writes} ||
		(defined $o{'stop-after'} && !$stopped);
	$rc = $? if waitpid($pid, $wait ? WNOHANG : 0) == $pid;
}
my $wall = time - $start;
my (undef, undef, $user, $sys) = times;

my $line = sprintf 'exit=%d wall=%.6f user=%.3f sys=%.3f',
	$rc & 127 ? 128 + ($rc & 127) : $rc >> 8, $wall, $user, $sys;
if (defined $o{writes}) {
	die "watch.pl: nothing was written to $o{writes}\n"
		unless defined $written;
	$line .= sprintf ' first_write_ms=%.1f', $written * 1000;
}
if ($o{memory}) {
	die "watch.pl: its memory was never seen\n" unless $peak;
	$line .= " peak_kib=$peak";
}
if (@between) {
	die "watch.pl: '$between[0]' ... '$between[1]' was never printed\n"
		unless defined $first && defined $last;
	$line .= sprintf ' between=%.6f', $last - $first;
}
print "$line\n";
