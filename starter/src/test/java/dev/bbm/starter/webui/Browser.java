package dev.bbm.starter.webui;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.NoSuchFrameException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.FluentWait;

/**
 * A Chromium without a window, in a profile of its own, which can reach nothing but this machine.
 */
final class Browser implements AutoCloseable {

  /**
   * Selenium warns of a Chromium that is newer than itself; held, since the JDK holds loggers
   * weakly.
   */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private static final List<String> FLAGS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
          "--window-size=1400,1200");

  private final ChromeDriver driver;
  private final Path screenshots;

  private Browser(ChromeDriver driver, Path screenshots) {
    this.driver = driver;
    this.screenshots = screenshots;
  }

  /**
   * Starts the Chromium of this machine.
   *
   * @param profile the folder of its profile
   * @param screenshots the folder into which it takes them
   */
  static Browser start(Path profile, Path screenshots) throws IOException {
    var options = new ChromeOptions();
    options.setBinary(program("chromium", "chromium-browser", "google-chrome").toFile());
    options.addArguments(FLAGS);
    options.addArguments("--user-data-dir=" + profile.toAbsolutePath());
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(program("chromedriver").toFile())
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    return new Browser(new ChromeDriver(service, options), Files.createDirectories(screenshots));
  }

  private static Path program(String... names) {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getenv("PATH") + File.pathSeparator + "/usr/bin")
        .flatMap(folder -> List.of(names).stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new AssertionError(
                "no %s on PATH: apt-get install chromium chromium-driver, or leave the browser out by -Dbbm.browser=none"
                    .formatted(String.join(" or ", names))));
  }

  void open(String url) {
    driver.get(url);
  }

  /**
   * Opens a page again and again until an element can be seen on it: the list of workflows does not
   * refresh by itself, and the server lists a workflow some time after its start.
   */
  void openUntilSeen(String url, By where) {
    var end = System.nanoTime() + PATIENCE.multipliedBy(3).toNanos();
    open(url);
    while (!isSeenWithin(Duration.ofSeconds(5), where) && System.nanoTime() < end) {
      open(url);
    }
  }

  private boolean isSeenWithin(Duration patience, By where) {
    var end = System.nanoTime() + patience.toNanos();
    while (visible(where) == null) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    return true;
  }

  void reload() {
    driver.navigate().refresh();
  }

  /** Waits for an element that can be seen. */
  WebElement see(By where) {
    return await("element " + where, _ -> visible(where));
  }

  /** Waits for an element that can be seen, and clicks on it. */
  void click(By where) {
    see(where).click();
  }

  /** Waits until no such element can be seen. */
  void awaitGone(By where) {
    await("no element " + where, _ -> visible(where) == null ? true : null);
  }

  private @Nullable WebElement visible(By where) {
    return driver.findElements(where).stream()
        .filter(WebElement::isDisplayed)
        .findFirst()
        .orElse(null);
  }

  /** Waits for a text in a frame of the page; returns all text of the frame. */
  String seeInFrame(By frame, String text) {
    return await("\"" + text + "\" in frame " + frame, _ -> textOfFrame(frame, text));
  }

  private @Nullable String textOfFrame(By frame, String text) {
    try {
      driver.switchTo().frame(driver.findElement(frame));
      return Optional.of(driver.findElement(By.tagName("main")).getText())
          .filter(all -> all.contains(text))
          .orElse(null);
    } finally {
      driver.switchTo().defaultContent();
    }
  }

  /** The page changes under our eyes: what was found may be gone when it is asked. */
  private <T> T await(String what, Function<WebDriver, @Nullable T> condition) {
    return new FluentWait<WebDriver>(driver)
        .withTimeout(PATIENCE)
        .pollingEvery(Duration.ofMillis(100))
        .ignoring(NoSuchElementException.class)
        .ignoring(NoSuchFrameException.class)
        .ignoring(StaleElementReferenceException.class)
        .withMessage(() ->
            "%s at %s; the page says:%n%s"
                .formatted(
                    what, driver.getCurrentUrl(), driver.findElement(By.tagName("body")).getText()))
        .until(condition);
  }

  /** For people to look at. */
  void takeScreenshot(String name) throws IOException {
    Files.write(screenshots.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
