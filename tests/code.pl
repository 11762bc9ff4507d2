#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Prints "file:line:code" of C files without comments and string contents, so
# that a grep finds code and not the words about it.
use strict;
use warnings;

for my $file (@ARGV) {
	open my $in, '<', $file or die "$file: $!\n";
	my $text = do { local $/; <$in> };
	close $in;
	$text =~ s{
		/\*.*?\*/ | //[^\n]* |
		("(?:\\.|[^"\\\n])*") | ('(?:\\.|[^'\\\n])*')
	}{
		my ($all, $str, $chr) = ($&, $1, $2);
		# names of included files are code
		defined $str ? (substr($text, 0, $-[0]) =~ /#\s*include\s*\z/ ?
			$str : '""') :
		defined $chr ? "''" : $all =~ s/[^\n]//gr
	}gsex;
	my $n = 0;
	printf "%s:%d:%s\n", $file, ++$n, $_ for split /\n/, $text;
}
