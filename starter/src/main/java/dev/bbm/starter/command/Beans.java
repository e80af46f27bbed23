package dev.bbm.starter.command;

import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Surroundings;
import io.micronaut.context.BeanContext;
import io.micronaut.context.DefaultBeanContext;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/**
 * Commands with their collaborators, from a context that starts when the first of them is needed.
 */
final class Beans implements IFactory, AutoCloseable {

  private final Object[] given;
  private @Nullable BeanContext context;

  Beans(Object... given) {
    this.given = given;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    return type.isAnnotationPresent(Command.class)
        ? context().getBean(type)
        : CommandLine.defaultFactory().create(type);
  }

  private BeanContext context() {
    if (context == null) {
      // No ApplicationContext: its environment, which nothing here uses, costs a command 25 ms.
      var beans = new DefaultBeanContext();
      for (Object singleton : given) {
        beans.registerSingleton(singleton);
      }
      context = beans.start();
    }
    return context;
  }

  @Override
  public void close() {
    if (context != null) {
      context.close();
    }
  }

  /** Beans that are not of this package. */
  @Factory
  static final class Elsewhere {

    @Singleton
    ConfigurationLoader configurationLoader(Surroundings surroundings) {
      return new ConfigurationLoader(surroundings);
    }
  }
}
