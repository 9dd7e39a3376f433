import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/** Started by scripts/pdf-validate, which tells what it does. Arguments: standards parted by commas, then files. */
class PdfValidate {
  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> files = Arrays.asList(arguments).subList(1, arguments.length);
    boolean allHold = true;
    for (String standard : arguments[0].split(",")) {
      ValidationProfile profile = profile(standard);
      for (String file : files) {
        Map<String, String> broken = brokenRules(standard, profile, Path.of(file));
        out.println((broken.isEmpty() ? "holds " : "BREAKS ") + standard + " " + file);
        broken.forEach((rule, where) -> out.println("  " + rule + ": " + where));
        allHold &= broken.isEmpty();
      }
    }
    System.exit(allHold ? 0 : 1);
  }

  /** The engine names its profiles PDFUA-1.xml, PDFA-3A.xml and so on. */
  private static ValidationProfile profile(String standard) throws Exception {
    String name = standard.startsWith("ua") ? "PDFUA-" + standard.substring(2) : "PDFA-" + standard.toUpperCase(Locale.ROOT);
    try (InputStream xml = PdfValidate.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml")) {
      if (xml == null) throw new IllegalArgumentException("no such standard: " + standard);
      return Profiles.profileFromXml(xml);
    }
  }

  /** Each broken rule with the first place that breaks it. */
  private static Map<String, String> brokenRules(String standard, ValidationProfile profile, Path file) throws Exception {
    Map<String, String> broken = new TreeMap<>();
    try (InputStream bytes = Files.newInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(bytes, PDFAFlavour.fromString(standard))) {
      ValidationResult result = Foundries.defaultInstance().createValidator(profile, false).validate(parser);
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          String rule = assertion.getRuleId().getClause() + " test " + assertion.getRuleId().getTestNumber();
          String where = assertion.getMessage().replaceAll("\\s+", " ") + " at " + assertion.getLocation().getContext();
          broken.putIfAbsent(rule, where);
        }
      }
      if (!result.isCompliant()) broken.putIfAbsent("the file as a whole", "is not compliant");
    }
    return broken;
  }
}
