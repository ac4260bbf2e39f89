@NullMarked
package dev.millrace.local.kcl;

import org.jspecify.annotations.NullMarked;
