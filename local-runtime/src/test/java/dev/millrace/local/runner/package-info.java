@NullMarked
package dev.millrace.local.runner;

import org.jspecify.annotations.NullMarked;
